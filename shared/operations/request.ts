import * as z from 'zod';
import { InvalidRequest } from '../step/errors.ts';

/** Operations that a person or a schedule can ask for, each the name of a state machine. */
export const operations = ['createCluster', 'deleteCluster'] as const;

export type OperationName = (typeof operations)[number];

const common = {
  /** Names the request: sent again, it finds its own run instead of starting another. */
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .optional(),
  /** Take the lock from a run that no longer runs. */
  takeOver: z.boolean().default(false),
};

const clusterName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,29}$/, 'a cluster name: lower-case letters, digits and dashes, at most 30');

const operationRequest = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('createCluster'),
    /** The parsed document, or its YAML text. */
    spec: z.union([z.string(), z.record(z.string(), z.unknown())]),
    /** Answer with the plan and touch nothing. */
    dryRun: z.boolean().default(false),
    ...common,
  }),
  z.strictObject({
    operation: z.literal('deleteCluster'),
    cluster: clusterName,
    /** Delete volumes of claims too, whatever their reclaim policy; volumes tagged kubestep/keep stay. */
    deleteVolumes: z.boolean().default(false),
    ...common,
  }),
]);

export type OperationRequest = z.output<typeof operationRequest>;

/** An HTTP API event (payload 2.0) as far as it is read here. */
const httpEvent = z.object({
  version: z.literal('2.0'),
  routeKey: z.string(),
  pathParameters: z.record(z.string(), z.string()).optional(),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  isBase64Encoded: z.boolean().optional(),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

const busEvent = z.object({
  'detail-type': z.literal('OperationRequested'),
  account: z.string(),
  id: z.string(),
  detail: z.unknown(),
});

/** A request with who made it and how its answer travels. */
export interface ReceivedRequest {
  readonly request: OperationRequest;
  readonly requestedBy: string;
  readonly over: 'http' | 'event' | 'invocation';
}

/** Reads a request from whichever door it came through: the HTTP API, the operations bus, or a plain invocation. */
export function receiveRequest(event: unknown): ReceivedRequest {
  const http = httpEvent.safeParse(event);
  if (http.success) {
    return {
      request: parse(requestOfHttp(http.data)),
      requestedBy: http.data.requestContext.authorizer.iam.userArn,
      over: 'http',
    };
  }
  const bus = busEvent.safeParse(event);
  if (bus.success) {
    // An event is delivered at least once; its id makes the second delivery find the first one's run.
    const detail = { requestId: bus.data.id, ...(bus.data.detail as object) };
    return { request: parse(detail), requestedBy: `events:${bus.data.account}`, over: 'event' };
  }
  return { request: parse(event), requestedBy: 'lambda:InvokeFunction', over: 'invocation' };
}

function requestOfHttp(event: z.output<typeof httpEvent>): unknown {
  const query = event.queryStringParameters ?? {};
  const options = {
    ...(query['requestId'] && { requestId: query['requestId'] }),
    takeOver: query['takeOver'] === 'true',
  };
  if (event.routeKey.startsWith('DELETE ')) {
    const deleteVolumes = query['deleteVolumes'] === 'true';
    return { operation: 'deleteCluster', cluster: event.pathParameters?.['name'], deleteVolumes, ...options };
  }
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString() : (event.body ?? '');
  return { operation: 'createCluster', spec: body, dryRun: query['dryRun'] === 'true', ...options };
}

function parse(request: unknown): OperationRequest {
  const parsed = operationRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new InvalidRequest(
    `${problems.join('\n')}\nA request looks like {"operation":"createCluster","spec":{…}} or {"operation":"deleteCluster","cluster":"demo"}.`,
  );
}
