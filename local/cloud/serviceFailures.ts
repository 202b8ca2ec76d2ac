import { AwsError } from './errors.ts';

/** How a service says that it has failed by itself. */
export interface ServiceFailure {
  /** As the service sends it. */
  readonly code: string;
  readonly status: number;
  /** As the SDK shows it, where that differs. */
  readonly name?: string;
}

/** Of every service (source: each API reference, "Common errors"). */
const common: readonly ServiceFailure[] = [
  { code: 'InternalFailure', status: 500 },
  { code: 'ServiceUnavailable', status: 503 },
];

/** Each service's own words, the commonest first (source: the services' API references). */
export const serviceFailures: Readonly<Record<string, readonly ServiceFailure[]>> = {
  autoscaling: [...common, { code: 'ResourceContention', status: 500, name: 'ResourceContentionFault' }],
  dynamodb: [{ code: 'InternalServerError', status: 500 }, ...common],
  ec2: [{ code: 'Unavailable', status: 503 }, { code: 'InternalError', status: 500 }, ...common],
  elasticloadbalancing: common,
  events: [{ code: 'InternalException', status: 500 }, ...common],
  iam: [
    { code: 'ServiceFailure', status: 500, name: 'ServiceFailureException' },
    { code: 'ConcurrentModification', status: 409, name: 'ConcurrentModificationException' },
    { code: 'EntityTemporarilyUnmodifiable', status: 409, name: 'EntityTemporarilyUnmodifiableException' },
    ...common,
  ],
  kms: [
    { code: 'KMSInternalException', status: 500 },
    { code: 'DependencyTimeoutException', status: 503 },
    { code: 'KeyUnavailableException', status: 500 },
    ...common,
  ],
  lambda: [{ code: 'ServiceException', status: 500 }, ...common],
  s3: [
    { code: 'InternalError', status: 500 },
    { code: 'ServiceUnavailable', status: 503 },
    { code: 'SlowDown', status: 503 },
    { code: 'ConditionalRequestConflict', status: 409 },
  ],
  scheduler: [{ code: 'InternalServerException', status: 500 }, ...common],
  servicequotas: [{ code: 'ServiceException', status: 500 }, ...common],
  ssm: [{ code: 'InternalServerError', status: 500 }, ...common],
  states: common,
  sts: common,
};

/** The service's internal error; `choice` from 0 to 1 picks among its words. */
export function serviceFailure(service: string, choice = 0): AwsError {
  const known = serviceFailures[service] ?? common;
  const {
    code,
    name = code,
    status,
  } = known[Math.floor(choice * known.length)] ?? { code: 'InternalFailure', status: 500 };
  return new AwsError(name, 'An internal error occurred', status);
}

const resetCode = 'ECONNRESET';

/** A connection that broke, as the SDK reports it. */
export function connectionReset(): Error {
  return Object.assign(new Error(`read ${resetCode}`), { name: 'TimeoutError', code: resetCode });
}

export const isConnectionReset = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === resetCode;
