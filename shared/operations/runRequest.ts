import * as z from 'zod';
import { InvalidRequest } from '../step/errors.ts';

const named = z.object({ cluster: z.string(), runId: z.string() });

const httpEvent = z.object({
  pathParameters: z.object({ name: z.string(), id: z.string() }),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

/** A request about one run, and who makes it. */
export interface RunRequest {
  readonly cluster: string;
  readonly runId: string;
  readonly requestedBy: string;
}

/** Reads `/clusters/{name}/runs/{id}/…` or a plain `{ cluster, runId }`. */
export function receiveRunRequest(event: unknown): RunRequest {
  const http = httpEvent.safeParse(event);
  if (http.success) {
    const { pathParameters, requestContext } = http.data;
    return {
      cluster: pathParameters.name,
      runId: pathParameters.id,
      requestedBy: requestContext.authorizer.iam.userArn,
    };
  }
  const direct = named.safeParse(event);
  if (direct.success) return { ...direct.data, requestedBy: 'lambda:InvokeFunction' };
  throw new InvalidRequest('The request needs a cluster and a runId: {"cluster":"demo","runId":"create-…"}.');
}
