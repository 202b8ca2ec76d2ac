import type { Json } from '../eventBridge/patterns.ts';
import { callTarget, isWorthRetrying, retryDelayMilliseconds } from '../eventBridge/targetPort.ts';
import { nowOf, type World } from '../world.ts';
import { firesOnce } from './expressions.ts';
import { type Firing, fireKind, planNext } from './firing.ts';
import { findSchedule, groupArn, removeSchedule, type Schedule, scheduleArn } from './schedules.ts';

const invokeKind = 'scheduler.invoke';

/** Retries and patience unless the target says otherwise (source: EventBridge Scheduler API reference, RetryPolicy). */
const defaultAttempts = 185;
const defaultAgeSeconds = 86_400;

/** A call of a schedule's target. It is kept apart from the schedule, which may have changed or gone since. */
interface Invocation {
  readonly target: Schedule['target'];
  readonly scheduleArn: string;
  /** Roles are assumed for the group of the schedule (source: user guide, "Confused deputy prevention"). */
  readonly sourceArn: string;
  readonly executionId: string;
  readonly at: number;
  readonly attempt: number;
}

/** Says how schedules fire and call their targets. */
export function defineFiringJobs(world: World): void {
  world.jobs.define(fireKind, (firing: Firing) => fire(world, firing));
  world.jobs.define(invokeKind, (invocation: Invocation) => invoke(world, invocation));
}

function fire(world: World, { group, name, at }: Firing): void {
  const found = findSchedule(world, group, name);
  if (!found) return;
  const { job: _, ...schedule } = found;
  const invocation: Invocation = {
    target: schedule.target,
    scheduleArn: scheduleArn(world, group, name),
    sourceArn: groupArn(world, group),
    executionId: world.random.hex(32),
    at,
    attempt: 0,
  };
  const delay = Math.floor(world.random.next() * schedule.windowMinutes * 60_000);
  world.jobs.schedule(invokeKind, delay, invocation);

  const planned = planNext(world, schedule, at);
  const isOver = planned.job === undefined && (firesOnce(schedule.expression) || schedule.endsAt !== undefined);
  if (isOver && schedule.deletesAfterCompletion) removeSchedule(world, planned);
}

async function invoke(world: World, invocation: Invocation): Promise<void> {
  const { target, sourceArn, at, attempt } = invocation;
  try {
    await callTarget(world, {
      service: 'scheduler.amazonaws.com',
      arn: target.Arn,
      roleArn: target.RoleArn,
      input: inputOf(invocation),
      sourceArn,
    });
  } catch (error) {
    const { MaximumRetryAttempts: attempts = defaultAttempts, MaximumEventAgeInSeconds: age = defaultAgeSeconds } =
      target.RetryPolicy ?? {};
    const delay = retryDelayMilliseconds(world, attempt);
    const inTime = nowOf(world) + delay <= at + age * 1000;
    if (!isWorthRetrying(error) || attempt >= attempts || !inTime) throw error;
    world.jobs.schedule(invokeKind, delay, { ...invocation, attempt: attempt + 1 });
  }
}

/** The target's input with the scheduler's own words filled in (source: user guide, "Adding context attributes"). */
function inputOf({ target, scheduleArn: arn, executionId, at, attempt }: Invocation): Json {
  const text = (target.Input ?? '{}')
    .replaceAll('<aws.scheduler.schedule-arn>', arn)
    .replaceAll('<aws.scheduler.scheduled-time>', new Date(at).toISOString().replace(/\.\d+Z$/, 'Z'))
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(attempt));
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
