import * as z from 'zod';
import { now } from '../step/environment.ts';
import { InvalidRequest, NotFound } from '../step/errors.ts';
import { recordAudit } from '../store/audit.ts';
import { writeDeletionProtection } from '../store/clusters.ts';

const httpEvent = z.object({
  pathParameters: z.object({ name: z.string() }),
  queryStringParameters: z.object({ protected: z.enum(['true', 'false']) }),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

export interface ProtectionRequest {
  readonly cluster: string;
  readonly isProtected: boolean;
  readonly requestedBy: string;
}

/** Reads `POST /clusters/{name}/protection?protected=false`. */
export function receiveProtectionRequest(event: unknown): ProtectionRequest {
  const parsed = httpEvent.safeParse(event);
  if (!parsed.success) throw new InvalidRequest('The request needs ?protected=true or ?protected=false.');
  const { pathParameters, queryStringParameters, requestContext } = parsed.data;
  return {
    cluster: pathParameters.name,
    isProtected: queryStringParameters.protected === 'true',
    requestedBy: requestContext.authorizer.iam.userArn,
  };
}

/** Protects the cluster against deletion, or lifts the protection; either is on record. */
export async function setDeletionProtection({ cluster, isProtected, requestedBy }: ProtectionRequest) {
  if (!(await writeDeletionProtection(cluster, isProtected))) {
    throw new NotFound(`There is no cluster ${cluster} in this deployment.`);
  }
  await recordAudit(cluster, {
    action: 'deletion-protection-set',
    id: now().toISOString(),
    by: requestedBy,
    detail: { protected: String(isProtected) },
  });
  return { cluster, deletionProtection: isProtected };
}
