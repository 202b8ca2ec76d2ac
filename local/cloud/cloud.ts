import type * as z from 'zod';
import { sleep } from '../clock/clock.ts';
import { AwsError, NotModelled } from './errors.ts';
import { explainDenial } from './iam/authorize.ts';
import type { Access, CallContext, Service } from './operation.ts';
import type { Principal } from './principal.ts';
import { requestBuckets } from './requestBuckets.ts';
import type { World } from './world.ts';

/** The one door into the model: SDK clients, the loopback server, machines and injected faults all pass here. */
export interface Cloud {
  readonly world: World;
  call(call: CloudCall): Promise<unknown>;
}

export interface CloudCall {
  readonly principal: Principal;
  /** The prefix of the service's IAM actions: `ec2`, `dynamodb`. */
  readonly service: string;
  /** `CreateVpc` */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Watches or disturbs calls. Throwing in `before` fails the call without effect, in `after` loses the answer of one that took effect. */
export interface CallObserver {
  before?(call: CloudCall): void | Promise<void>;
  after?(call: CloudCall, output: unknown): void | Promise<void>;
  denied?(call: CloudCall, access: Access): void;
  allowed?(call: CloudCall, access: Access): void;
  /** The account's bucket had no token left for the call. */
  throttled?(call: CloudCall): void;
}

/** Puts the services together over one world. Observers run in order, on every call. */
export function createCloud(
  world: World,
  services: readonly Service[],
  observers: readonly CallObserver[] = [],
): Cloud {
  const byName = new Map(services.map((service) => [service.name, service]));
  const buckets = requestBuckets(world.clock);

  const call = async (request: CloudCall): Promise<unknown> => {
    const service = byName.get(request.service);
    const operation = service?.operations[request.operation];
    if (!service || !operation) throw new NotModelled(request.service, request.operation);

    for (const observer of observers) await observer.before?.(request);
    const latency = service.latencyOf(request.operation);
    if (latency > 0) await sleep(world.clock, latency / 2);

    const bucket = request.principal.kind === 'service' ? undefined : service.bucketOf?.(request.operation);
    if (bucket && !buckets.take(bucket)) {
      for (const observer of observers) observer.throttled?.(request);
      throw new AwsError(service.errors.throttled, 'Rate exceeded', 400);
    }

    const input = parseInput(service, request, operation.input);
    const context: CallContext = { principal: request.principal, requestId: requestId(world) };
    authorizeAll(world, service, request, operation.access(world, input, context), observers);
    const output = await operation.run(world, input, context);
    await world.tables.commit();

    if (latency > 0) await sleep(world.clock, latency / 2);
    for (const observer of observers) await observer.after?.(request, output);
    return output;
  };

  return { world, call };
}

function parseInput(service: Service, request: CloudCall, schema: z.ZodType): unknown {
  const parsed = schema.safeParse(withoutUndefined(request.input));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0] as z.core.$ZodIssue;
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    throw new NotModelled(service.name, request.operation, [...issue.path, issue.keys[0]].join('.'));
  }
  if (issue.code === 'invalid_type' && valueAt(request.input, issue.path) === undefined) {
    throw new AwsError(service.errors.missingParameter, `The request must contain the parameter ${path}`);
  }
  throw new AwsError(
    service.errors.invalidParameter,
    `Value of ${path || request.operation} is invalid: ${issue.message}`,
  );
}

function authorizeAll(
  world: World,
  service: Service,
  call: CloudCall,
  accesses: readonly Access[],
  observers: readonly CallObserver[],
): void {
  for (const access of accesses) {
    const denial = explainDenial(world, call.principal, access);
    if (denial === undefined) {
      for (const observer of observers) observer.allowed?.(call, access);
      continue;
    }
    for (const observer of observers) observer.denied?.(call, access);
    throw new AwsError(service.errors.accessDenied, denial, 403);
  }
}

/** A UUID as AWS puts into x-amzn-requestid. */
function requestId(world: World): string {
  const hex = world.random.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** SDK clients never send what is undefined. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (entry === undefined ? [] : [[key, withoutUndefined(entry)]])),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
