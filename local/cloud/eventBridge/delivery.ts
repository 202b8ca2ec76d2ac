import { nowOf, tableOf, type World } from '../world.ts';
import type { Json } from './patterns.ts';
import { compilePattern } from './patterns.ts';
import { findRule, ruleArn, rulesOf } from './rules.ts';
import { inputFor } from './targetInput.ts';
import { callTarget, isWorthRetrying, retryDelayMilliseconds } from './targetPort.ts';

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

const deliveryKind = 'events.deliver';

/** Retries and patience unless the target says otherwise (source: EventBridge user guide, "Retrying event delivery"). */
const defaultAttempts = 185;
const defaultAgeSeconds = 86_400;

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

/** Says what EventBridge does by itself. Called once for each world. */
export function defineDeliveryJob(world: World): void {
  world.jobs.define(deliveryKind, (delivery: Delivery) => deliver(world, delivery));
}

async function deliver(world: World, delivery: Delivery): Promise<void> {
  const target = findRule(world, delivery.bus, delivery.rule)?.targets.find((one) => one.Id === delivery.targetId);
  // A rule or target that was removed meanwhile takes its events along.
  if (!target) return;
  const sourceArn = ruleArn(world, delivery.bus, delivery.rule);
  try {
    const input = inputFor(target, delivery.event, {
      ruleArn: sourceArn,
      ruleName: delivery.rule,
      ingestedAt: new Date(delivery.ingestedAt).toISOString(),
    });
    await callTarget(world, {
      service: 'events.amazonaws.com',
      arn: target.Arn,
      roleArn: target.RoleArn,
      input,
      sourceArn,
    });
  } catch (error) {
    const { MaximumRetryAttempts: attempts = defaultAttempts, MaximumEventAgeInSeconds: age = defaultAgeSeconds } =
      target.RetryPolicy ?? {};
    const delay = retryDelayMilliseconds(world, delivery.attempt);
    const inTime = nowOf(world) + delay <= delivery.ingestedAt + age * 1000;
    if (isWorthRetrying(error) && delivery.attempt < attempts && inTime) {
      world.jobs.schedule(deliveryKind, delay, { ...delivery, attempt: delivery.attempt + 1 });
      return;
    }
    undelivered(world).put(String(undelivered(world).size), { ...delivery, error: String(error), at: nowOf(world) });
    throw error;
  }
}
