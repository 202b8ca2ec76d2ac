import { AwsError, NotModelled } from '../errors.ts';
import { assumeRole } from '../iam/assumeRole.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';
import type { Json } from './patterns.ts';

/** One call of a target, by EventBridge or by its scheduler. */
export interface TargetCall {
  readonly arn: string;
  readonly input: Json;
  /** The target's role where it has one, else the calling service. */
  readonly principal: Principal;
  /** The rule or schedule behind the call, for `aws:SourceArn`. */
  readonly sourceArn: string;
}

/** Takes a call over to whatever the ARN names; throws what the target answers. */
export type DeliverToTarget = (call: TargetCall) => void | Promise<void>;

const targets = new WeakMap<World, Map<string, DeliverToTarget>>();

/** Says how targets of a kind (the service in their ARN: `lambda`, `states`) are reached. Once for each world. */
export function defineTarget(world: World, kind: string, deliver: DeliverToTarget): void {
  const known = targets.get(world) ?? new Map<string, DeliverToTarget>();
  targets.set(world, known.set(kind, deliver));
}

/** Calls a target in the name of its role, or of the service. */
export async function callTarget(
  world: World,
  {
    service,
    roleArn,
    ...call
  }: Omit<TargetCall, 'principal'> & {
    readonly service: 'events.amazonaws.com' | 'scheduler.amazonaws.com';
    readonly roleArn: string | undefined;
  },
): Promise<void> {
  const kind = call.arn.split(':')[2] ?? '';
  const deliver = targets.get(world)?.get(kind);
  if (!deliver) throw new NotModelled(service.split('.')[0] ?? service, `target ${kind}`);
  const session = `${call.sourceArn.split('/').at(-1)}`.slice(0, 64);
  const principal: Principal =
    roleArn === undefined
      ? { kind: 'service', service }
      : assumeRole(world, roleArn, session, service, { sourceArn: call.sourceArn });
  await deliver({ ...call, principal });
}

/** Whether AWS tries a failed call again: throttles and faults of the target yes, refusals and bad requests no. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof AwsError)) return !(error instanceof NotModelled);
  return error.statusCode >= 500 || /Throttl|TooManyRequests|LimitExceeded/.test(error.name);
}

/** How long until the next attempt: doubled each time, with jitter, at most half an hour. */
export function retryDelayMilliseconds(world: World, attempt: number): number {
  const longest = 30 * 60_000;
  return Math.min(longest, 1000 * 2 ** attempt) * (0.5 + world.random.next() / 2);
}
