import { NotReady } from '../step/errors.ts';

/**
 * AWS's name for what went wrong, without the suffix that only some services' classes carry. Errors are known by name:
 * bundles hold several copies of a class.
 */
export const errorName = (error: unknown): string =>
  error instanceof Error ? error.name.replace(/(Exception|Fault)$/, '') : '';

/** Whether AWS says that the thing does not exist, in the words of whichever service. */
export function isNotFound(error: unknown): boolean {
  const name = errorName(error);
  return name.endsWith('NotFound') || notFoundNames.has(name);
}

/** Names for "not found" that do not say so (source: the services' API references). */
const notFoundNames: ReadonlySet<string> = new Set(['NoSuchEntity', 'NoSuchKey', 'Gateway.NotAttached']);

/** Something else still uses what is to be deleted; it may be going already. */
const inUseNames: ReadonlySet<string> = new Set([
  'DependencyViolation',
  'InvalidGroup.InUse',
  'InvalidNetworkInterface.InUse',
  'VolumeInUse',
  'InvalidIPAddress.InUse',
  'AuthFailure', // ReleaseAddress while a NAT gateway or a balancer still holds the address
  'IncorrectState',
  'DeleteConflict',
  'ResourceInUse',
  'ScalingActivityInProgress',
  'ResourceContention',
]);

function isInUse(error: unknown): boolean {
  if (inUseNames.has(errorName(error))) return true;
  // EC2 has no code of its own for the deletion of an attached interface: "Network interface 'eni-…' is currently in use."
  return errorName(error) === 'InvalidParameterValue' && (error as Error).message.includes('currently in use');
}

/** Deletes: what is gone already is fine, and what is still in use makes the step wait. */
export async function removed(what: string, deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (isNotFound(error)) return;
    if (isInUse(error)) throw new NotReady(`${what} is still in use: ${(error as Error).message}`, { cause: error });
    throw error;
  }
}

/**
 * For calls that name what an earlier state created: EC2 is eventually consistent, so an id that it does not know yet
 * makes the step wait instead of failing.
 */
export async function settled<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error))
      throw new NotReady(`AWS does not show it yet: ${(error as Error).message}`, { cause: error });
    throw error;
  }
}

/** The result, or undefined when the call ended in one of these errors. */
export async function unless<Result>(names: readonly string[], call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    if (names.includes(errorName(error))) return undefined;
    throw error;
  }
}

/**
 * What says nothing about the request: Lambda's own failures, throttling and faults of a service that outlast the SDK's
 * retries. Every state that calls a function retries these.
 */
export const transientErrors = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'ResourceContentionFault',
] as const;
