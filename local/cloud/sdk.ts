import { AsyncLocalStorage } from 'node:async_hooks';
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { sleep } from '../clock/clock.ts';
import type { Cloud } from './cloud.ts';
import { AwsError } from './errors.ts';
import type { Principal } from './principal.ts';

/** Whose code is running, and in which world: what credentials and a region are in AWS. */
export interface Caller {
  readonly cloud: Cloud;
  readonly principal: Principal;
}

const callers = new AsyncLocalStorage<Caller>();

/** Runs code as this caller: every SDK client that it uses reaches the caller's world with the caller's rights. */
export function callAs<Result>(caller: Caller, run: () => Result): Result {
  return callers.run(caller, run);
}

/** Whose code is running at this moment. */
export function currentCaller(): Caller {
  const caller = callers.getStore();
  if (!caller) throw new Error('This code runs outside the embedded model: nothing leaves this machine');
  return caller;
}

/** The part of an SDK v3 client that is needed to take over its requests. */
interface SdkClient {
  readonly middlewareStack: { addRelativeTo(middleware: unknown, options: object): void };
  readonly config: { cacheMiddleware?: boolean };
}

interface MiddlewareContext {
  readonly clientName?: string;
  readonly commandName?: string;
}

/** Takes over a client's requests before they are signed and sent. The client itself and the code using it stay as they are. */
export function connectClient(client: SdkClient, maxAttempts = standardAttempts): void {
  const middleware = (_next: unknown, context: MiddlewareContext) => async (request: { input: object }) => {
    const caller = callers.getStore();
    const service = serviceOf(context.clientName ?? '');
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    if (!caller)
      throw new Error(`${service}:${operation} was called outside the embedded model: nothing leaves this machine`);
    const call = { principal: caller.principal, service, operation, input: { ...request.input } };
    const output = await withSdkRetries(caller.cloud, maxAttempts, () => caller.cloud.call(call));
    return { output: { ...(output as object), $metadata: { httpStatusCode: 200 } }, response: {} };
  };
  // The SDK's logger masks every input and output, whether anybody listens or not; nothing behind this point is ever reached.
  const place = { relation: 'before', toMiddleware: 'loggerMiddleware', name: 'embeddedModelOfAws' };
  client.middlewareStack.addRelativeTo(middleware, place);
  client.config.cacheMiddleware = true;
}

/** SDK client names to the prefixes of IAM actions. */
const serviceNames: Readonly<Record<string, string>> = {
  AutoScalingClient: 'autoscaling',
  CloudWatchLogsClient: 'logs',
  DynamoDBClient: 'dynamodb',
  EC2Client: 'ec2',
  ElasticLoadBalancingV2Client: 'elasticloadbalancing',
  EventBridgeClient: 'events',
  IAMClient: 'iam',
  KMSClient: 'kms',
  LambdaClient: 'lambda',
  S3Client: 's3',
  SchedulerClient: 'scheduler',
  ServiceQuotasClient: 'servicequotas',
  SFNClient: 'states',
  SSMClient: 'ssm',
  STSClient: 'sts',
};

function serviceOf(clientName: string): string {
  const service = serviceNames[clientName];
  if (!service) throw new Error(`The embedded model does not know the client ${clientName}`);
  return service;
}

/** The SDK's standard mode: three attempts, base 100 ms (throttles 500 ms), doubled, full jitter (SDK reference guide, "Retry behavior"). */
export const standardAttempts = 3;
const baseDelayMilliseconds = { throttle: 500, other: 100 };

/** Retries as the client's own middleware would, but asleep on the world's clock. */
async function withSdkRetries(cloud: Cloud, maxAttempts: number, attempt: () => Promise<unknown>): Promise<unknown> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      const failure = asSdkError(error);
      const throttled = isThrottlingError(failure);
      const retryable = throttled || isTransientError(failure) || isServerError(failure);
      if (!retryable || count === maxAttempts) throw failure;
      const base = throttled ? baseDelayMilliseconds.throttle : baseDelayMilliseconds.other;
      await sleep(cloud.world.clock, cloud.world.random.next() * base * 2 ** (count - 1));
    }
  }
}

type SdkError = Error & {
  cause?: Error;
  $fault: 'client' | 'server';
  $metadata: { httpStatusCode: number };
};

/** SDK errors carry the HTTP status, which decides whether they are retried. */
function asSdkError(error: unknown): SdkError {
  const failure = error as SdkError;
  if (error instanceof AwsError) {
    failure.$metadata = { httpStatusCode: error.statusCode };
    failure.$fault = error.statusCode >= 500 ? 'server' : 'client';
  }
  return failure;
}
