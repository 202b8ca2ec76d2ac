import { nowOf, type World } from '../world.ts';
import { type Delivery, deliveryKind, undelivered } from './delivery.ts';
import { findRule, ruleArn } from './rules.ts';
import { inputFor } from './targetInput.ts';
import { callTarget, isWorthRetrying, retryDelayMilliseconds } from './targetPort.ts';

/** Retries and patience unless the target says otherwise (source: EventBridge user guide, "Retrying event delivery"). */
const defaultAttempts = 185;
const defaultAgeSeconds = 86_400;

/** Says what EventBridge does by itself. Called once for each world. */
export function defineDeliveryJobs(world: World): void {
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
