import * as z from 'zod';
import { InvalidRequest } from '../errors.ts';
import { clusterName } from '../spec/texts.ts';
import { bodyOf, callerOf, clusterNameIn, flag, type HttpEvent, httpEventOf, queryOf } from './httpEvent.ts';

/** Operations that a person or a schedule can ask for, each the name of a state machine. */
export const operations = ['createCluster', 'deleteCluster'] as const;

/** Names the request: sent again, it finds its own run instead of starting another. */
const requestId = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,64}$/, 'takes 1 to 64 letters, digits and hyphens')
  .optional();

const common = {
  requestId,
  /** Take the lock from a run that no longer runs. */
  takeOver: z.boolean().default(false),
};

const operationRequest = z.discriminatedUnion('operation', [
  z.strictObject({
    operation: z.literal('createCluster'),
    /** The cluster that IAM was asked about; the spec must be of this one. */
    cluster: clusterName.optional(),
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
  const http = httpEventOf(event);
  if (http) return { request: parse(requestOfHttp(http)), requestedBy: callerOf(http), over: 'http' };
  const bus = busEvent.safeParse(event);
  if (bus.success) {
    // An event is delivered at least once; its id makes the second delivery find the first one's run.
    const detail = { requestId: bus.data.id, ...(bus.data.detail as object) };
    return { request: parse(detail), requestedBy: `events:${bus.data.account}`, over: 'event' };
  }
  return { request: parse(event), requestedBy: 'lambda:InvokeFunction', over: 'invocation' };
}

/** Method and path are what IAM has judged, so they alone say what is asked for, and of which cluster. */
function requestOfHttp(event: HttpEvent): unknown {
  const cluster = clusterNameIn(event);
  switch (event.routeKey) {
    case 'PUT /clusters/{name}':
      return {
        operation: 'createCluster',
        cluster,
        spec: bodyOf(event),
        ...queryOf(event, { requestId, takeOver: flag }),
      };
    case 'POST /clusters/{name}/plan':
      queryOf(event, {});
      return { operation: 'createCluster', cluster, spec: bodyOf(event), dryRun: true };
    case 'DELETE /clusters/{name}':
      return {
        operation: 'deleteCluster',
        cluster,
        ...queryOf(event, { requestId, takeOver: flag, deleteVolumes: flag }),
      };
    default:
      throw new InvalidRequest(`${event.routeKey} starts no operation.`);
  }
}

function parse(request: unknown): OperationRequest {
  const parsed = operationRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  throw new InvalidRequest(
    `${problems.join('\n')}\nA request looks like {"operation":"createCluster","spec":{…}} or {"operation":"deleteCluster","cluster":"demo"}.`,
  );
}
