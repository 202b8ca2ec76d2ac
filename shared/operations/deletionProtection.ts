import { now } from '../environment.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { recordAudit } from '../store/audit.ts';
import { writeDeletionProtection } from '../store/clusters.ts';
import { callerOf, clusterNameIn, httpEventOf, queryOf } from './httpEvent.ts';

export interface ProtectionRequest {
  readonly cluster: string;
  readonly isProtected: boolean;
  readonly requestedBy: string;
}

/** Reads `POST /clusters/{name}/protection?protected=false`. */
export function receiveProtectionRequest(event: unknown): ProtectionRequest {
  const http = httpEventOf(event);
  if (!http) throw new InvalidRequest('Protection is switched over the HTTP API only, by whom IAM names.');
  const { protected: isProtected } = queryOf(http, 'setDeletionProtection');
  return { cluster: clusterNameIn(http), isProtected: isProtected === 'true', requestedBy: callerOf(http) };
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
