import { AccessDenied, NotReady, ServiceFailed } from '../errors.ts';
import { httpStatusOf } from '../httpStatus.ts';

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
 * What says nothing about the request: failures of Lambda and of a function's process, throttling, another writer at the
 * same moment, and failures of a service that outlast the SDK's own retries. Every step can be repeated, so every state
 * that calls a function retries these.
 */
export const transientErrors = [
  // Source: Step Functions' developer guide, "Handling transient Lambda service exceptions", and Lambda's.
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  // How services throttle, each in its own words.
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'TooManyRequestsException',
  'SlowDown',
  // Two writers at once: IAM and S3.
  'ConcurrentModificationException',
  'EntityTemporarilyUnmodifiableException',
  'ConditionalRequestConflict',
  // Everything that a service answers with a status from 500 on, and every connection that breaks.
  'ServiceFailed',
] as const;

/**
 * What is said while a tag, a policy or a role that the run has just made does not count yet: a tag of a KMS key takes up
 * to five minutes (source: its developer guide, "ABAC for AWS KMS"). Every state that calls a function retries these for
 * so long; a true denial ends the run after it.
 */
export const denials = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'] as const;

/** How long a denial may be one that passes. */
export const denialSeconds = 300;

/**
 * The error as states know it. A failure of the service or of the way to it has a name for each service, or none: an answer
 * that broke off is an `Error`, the page of a proxy a `SyntaxError`, an empty answer `Unknown`. All are `ServiceFailed`.
 */
export function named(error: unknown): unknown {
  if (isDenialWithoutWords(error)) return new AccessDenied(`${error.message} (403, without a body)`, { cause: error });
  if (!(error instanceof Error) || retriedNames.has(error.name) || !isServiceFailure(error)) return error;
  return new ServiceFailed(`${error.name}: ${error.message}`, { cause: error });
}

/** A HEAD is refused without a body, so that the SDK has no name for it (S3's developer guide, HeadObject). */
function isDenialWithoutWords(error: unknown): error is Error {
  return error instanceof Error && error.name === 'Unknown' && httpStatusOf(error) === 403;
}

/** Some services throttle with a status of 503. */
const retriedNames: ReadonlySet<string> = new Set(transientErrors);

/** What Node.js says of a connection that cannot be made or that breaks. */
const networkCodes: ReadonlySet<string | undefined> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

function isServiceFailure(error: Error): boolean {
  const { code } = error as { readonly code?: string };
  // TimeoutError: the SDK's name for a connection that was reset or stayed silent.
  return error.name === 'TimeoutError' || networkCodes.has(code) || (httpStatusOf(error) ?? 0) >= 500;
}
