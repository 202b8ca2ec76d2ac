import * as z from 'zod';
import { InvalidRequest, NotFound } from '../errors.ts';
import { callerOf, clusterNameIn, httpEventOf, queryOf } from './httpEvent.ts';
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

/** Reads `/clusters/{name}/runs/{id}/…` or a plain `{ cluster, runId }`. */
export function receiveRunRequest(event: unknown, route: RouteName): RunRequest {
  const http = httpEventOf(event);
  if (http) {
    queryOf(http, route);
    const { id = '' } = http.pathParameters;
    const cluster = clusterNameIn(http);
    if (!runId.test(id)) throw new NotFound(`Cluster ${cluster} has no such run.`);
    return { cluster, runId: id, requestedBy: callerOf(http) };
  }
  const direct = named.safeParse(event);
  if (direct.success) return { ...direct.data, requestedBy: 'lambda:InvokeFunction' };
  throw new InvalidRequest('The request needs a cluster and a runId: {"cluster":"demo","runId":"create-…"}.');
}
