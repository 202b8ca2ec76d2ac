import { nowOf, tableOf, type World } from '../world.ts';
import { compilePattern, type Json } from './patterns.ts';
import { rulesOf } from './rules.ts';

/** An event on its way to one target of one rule. */
export interface Delivery {
  readonly event: Json;
  readonly bus: string;
  readonly rule: string;
  readonly targetId: string;
  readonly ingestedAt: number;
  readonly attempt: number;
}

/** An event that reached its target never: what AWS would put into a dead-letter queue, or drop. */
export interface Undelivered extends Delivery {
  readonly error: string;
  readonly at: number;
}

export const undelivered = tableOf<Undelivered>('events.undelivered');

export const deliveryKind = 'events.deliver';

/** Plans the copies of one delivery: after how many milliseconds each arrives. None loses the event, two double it. */
export type DeliveryPlan = (delivery: Delivery) => readonly number[];

const plans = new WeakMap<World, DeliveryPlan>();

/** Lets a fault lose, delay or double deliveries; undefined makes delivery calm again. */
export function disturbDelivery(world: World, plan: DeliveryPlan | undefined): void {
  if (plan) plans.set(world, plan);
  else plans.delete(world);
}

/** Sends an event to every target of every enabled rule of the bus that it fits. */
export function routeEvent(world: World, bus: string, event: Json): void {
  for (const rule of rulesOf(world, bus)) {
    if (!rule.enabled || !compilePattern(rule.pattern)(event)) continue;
    for (const target of rule.targets) {
      const delivery: Delivery = {
        event,
        bus,
        rule: rule.name,
        targetId: target.Id,
        ingestedAt: nowOf(world),
        attempt: 0,
      };
      const delays = plans.get(world)?.(delivery) ?? [world.delays.of('eventDelivered')];
      for (const delay of delays) world.jobs.schedule(deliveryKind, delay, delivery);
    }
  }
}
