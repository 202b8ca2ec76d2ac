import type * as z from 'zod';
import type { Principal } from './principal.ts';
import type { World } from './world.ts';

/** One thing that IAM must allow before an operation runs. */
export interface Access {
  /** `ec2:CreateVpc` */
  readonly action: string;
  /** The ARN that the service authorises, or `*` where it knows no resource. */
  readonly resource: string;
  /** Condition keys and their values beyond the global ones, e.g. `aws:RequestTag/kubestep/cluster`. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** Who calls, and what is known of the call besides its input. */
export interface CallContext {
  readonly principal: Principal;
  readonly requestId: string;
}

/**
 * One operation of one service. `input` lists every parameter that the model understands: all schemas are strict, so what
 * is not listed is refused as NotModelled. `run` is synchronous unless it must wait for another part of the world; it
 * throws AwsError with the service's own code, and has changed nothing when it throws.
 */
export interface Operation<Input = never, Output = unknown> {
  readonly input: z.ZodType<Input>;
  readonly access: (world: World, input: Input, call: CallContext) => readonly Access[];
  readonly run: (world: World, input: Input, call: CallContext) => Output | Promise<Output>;
}

/** Ties the types of one operation together: what `input` parses is what `access` and `run` get. */
export function operation<Input, Output>(definition: Operation<Input, Output>): Operation<Input, Output> {
  return definition;
}

/** A service of the model, as the door to the world needs it. */
export interface Service {
  /** The prefix of its IAM actions: `ec2`, `elasticloadbalancing`, `dynamodb`. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each operation has its own input type; the door parses before it calls.
  readonly operations: Readonly<Record<string, Operation<any, unknown>>>;
  /** How this service words a missing or malformed parameter, a refusal and a throttle. */
  readonly errors: ServiceErrors;
  /** Which request bucket an operation draws from; undefined where AWS publishes none. */
  readonly bucketOf?: (operation: string) => RequestBucket | undefined;
  /** Time one request takes, call to answer, in milliseconds. */
  readonly latencyOf: (operation: string) => number;
}

export interface ServiceErrors {
  readonly missingParameter: string;
  readonly invalidParameter: string;
  readonly accessDenied: string;
  readonly throttled: string;
}

/** A token bucket of API requests: so many at once, so many more each second. */
export interface RequestBucket {
  readonly name: string;
  readonly burst: number;
  readonly refillPerSecond: number;
}
