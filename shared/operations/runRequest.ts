import * as z from 'zod';
import { InvalidRequest, NotFound } from '../errors.ts';
import { callerOf, clusterNameIn, type HttpEvent, httpEventOf, queryOf } from './httpEvent.ts';
import type { RouteName } from './routes.ts';

const named = z.strictObject({ cluster: z.string(), runId: z.string() });

/** Ids of runs: the operation and a suffix. */
const runId = /^[a-z]{1,20}-[a-z0-9]{1,40}$/;

/** A request about one run, and who makes it. */
export interface RunRequest {
  readonly cluster: string;
  readonly runId: string;
  readonly requestedBy: string;
}

/** What is wanted of the run's history: all, nothing, or what follows an event that was seen. */
export interface DescribeRunRequest extends RunRequest {
  readonly brief?: boolean;
  readonly after?: { readonly execution: string; readonly event: number };
}

/** Reads `/clusters/{name}/runs/{id}/…` or a plain `{ cluster, runId }`. */
export function receiveRunRequest(event: unknown, route: RouteName): RunRequest {
  const http = httpEventOf(event);
  if (http) {
    queryOf(http, route);
    return { ...runIn(http), requestedBy: callerOf(http) };
  }
  const direct = named.safeParse(event);
  if (direct.success) return { ...direct.data, requestedBy: 'lambda:InvokeFunction' };
  throw new InvalidRequest('The request needs a cluster and a runId: {"cluster":"demo","runId":"create-…"}.');
}

/** Reads `/clusters/{name}/runs/{id}?after=0`, `?after=EXECUTION:EVENT`, `?brief=true`, or a plain `{ cluster, runId }`. */
export function receiveDescribeRequest(event: unknown): DescribeRunRequest {
  const request = receiveRunRequest(event, 'getRun');
  const http = httpEventOf(event);
  if (!http) return request;
  const { after, brief } = queryOf(http, 'getRun');
  if (after === undefined) return { ...request, brief };
  const [, execution = '', seen] = /^(?:(.*):)?(\d+)$/.exec(after) ?? [];
  return { ...request, brief, after: { execution, event: Number(seen) } };
}

function runIn(http: HttpEvent): Pick<RunRequest, 'cluster' | 'runId'> {
  const { id = '' } = http.pathParameters;
  const cluster = clusterNameIn(http);
  if (!runId.test(id)) throw new NotFound(`Cluster ${cluster} has no such run.`);
  return { cluster, runId: id };
}
