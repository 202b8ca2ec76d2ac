import { type KeyObject, X509Certificate } from 'node:crypto';
import { signWith } from '../aws/kms.ts';
import { InvalidRequest, NotFound } from '../errors.ts';
import { authorityRowName } from '../pki/authorities.ts';
import { issueCertificate } from '../pki/certificate.ts';
import {
  longestOperatorHours,
  type OperatorGroup,
  operatorCertificate,
  operatorGroups,
  operatorName,
} from '../pki/operator.ts';
import { publicKeyOf, UnusableSigningRequest } from '../pki/signingRequest.ts';
import { byOperators, recordAudit } from '../store/audit.ts';
import { type AuthorityRow, readAuthority } from '../store/authorities.ts';
import { readCluster } from '../store/clusters.ts';
import { bodyOf, callerOf, clusterNameIn, httpEventOf, queryOf } from './httpEvent.ts';

/** A request for a P-256 key is a few hundred characters long. */
const longestSigningRequest = 4096;

/** Who wants to be what in which cluster, for how long, and the public half of the key that is to prove it. */
export interface KubeconfigRequest {
  readonly cluster: string;
  readonly group: OperatorGroup;
  readonly hours: number;
  readonly publicKey: KeyObject;
  readonly requestedBy: string;
}

/** What a kubeconfig is made of, but for the private key. Nothing of it is secret. */
export interface IssuedKubeconfig {
  readonly cluster: string;
  readonly clusterId: string;
  /** The user's name as Kubernetes sees it. */
  readonly user: string;
  readonly group: OperatorGroup;
  /** PEM */
  readonly certificate: string;
  /** PEM of the CA that signed it, and the API server's certificate too. */
  readonly authority: string;
  /** https://… of the load balancer. */
  readonly endpoint: string;
  /** ISO 8601 */
  readonly expiresAt: string;
}

/**
 * Reads `POST /clusters/{name}/kubeconfig/{group}?hours=8`, whose body is a PKCS #10 request in PEM. IAM has judged the
 * path, so cluster and group are taken from nowhere else; without a caller that IAM has verified nobody gets anything.
 */
export function receiveKubeconfigRequest(event: unknown): KubeconfigRequest {
  const http = httpEventOf(event);
  if (!http) throw new InvalidRequest('Kubeconfigs are issued over the HTTP API only, to whom IAM names.');
  const { hours } = queryOf(http, 'issueKubeconfig');
  return {
    cluster: clusterNameIn(http),
    group: groupOf(http.pathParameters.group ?? ''),
    hours: hoursOf(hours),
    publicKey: keyOf(bodyOf(http)),
    requestedBy: callerOf(http),
  };
}

/**
 * Issues the certificate, named after the caller. It is on record before it leaves: an issue that cannot be recorded
 * did not happen.
 */
export async function issueKubeconfig(request: KubeconfigRequest): Promise<IssuedKubeconfig> {
  const { cluster, group, requestedBy } = request;
  const { clusterId, endpoint } = await standingCluster(cluster);
  const authority = await kubernetesAuthority(clusterId);
  const certificate = await issueCertificate(
    operatorCertificate({ arn: requestedBy, group }, request.publicKey, request.hours),
    { certificate: authority.pem, sign: (bytes) => signWith(authority.keyArn, bytes) },
  );
  const { serialNumber, validTo } = new X509Certificate(certificate);
  const user = operatorName(requestedBy);
  const expiresAt = new Date(validTo).toISOString();
  await recordAudit(cluster, {
    action: 'certificate-issued',
    id: `${byOperators}${serialNumber}`,
    by: requestedBy,
    detail: { clusterId, user, group, serialNumber, expiresAt },
  });
  return { cluster, clusterId, user, group, certificate, authority: authority.pem, endpoint, expiresAt };
}

function groupOf(text: string): OperatorGroup {
  const group = operatorGroups.find((name) => name === text);
  if (group === undefined) throw new InvalidRequest(`Operators are of the groups ${operatorGroups.join(' or ')}.`);
  return group;
}

function hoursOf(text = String(longestOperatorHours)): number {
  const hours = /^\d{1,4}(\.\d{1,4})?$/.test(text) ? Number(text) : Number.NaN;
  if (hours > 0 && hours <= longestOperatorHours) return hours;
  throw new InvalidRequest(`hours: a certificate of an operator lives up to ${longestOperatorHours} hours.`);
}

function keyOf(signingRequest: string): KeyObject {
  if (signingRequest.length > longestSigningRequest) throw new InvalidRequest('The signing request is too long.');
  try {
    return publicKeyOf(signingRequest);
  } catch (error) {
    if (error instanceof UnusableSigningRequest) throw new InvalidRequest(error.message, { cause: error });
    throw error;
  }
}

/** A cluster's endpoint is recorded when it becomes ready. */
async function standingCluster(name: string): Promise<{ readonly clusterId: string; readonly endpoint: string }> {
  const cluster = await readCluster(name);
  if (!cluster) throw new NotFound(`There is no cluster ${name} in this deployment.`);
  const { clusterId, status, endpoint } = cluster;
  if (status === 'deleting')
    throw new InvalidRequest(`${name} is being deleted; no kubeconfigs are issued for it any more.`);
  if (endpoint === undefined)
    throw new InvalidRequest(`${name} is not ready yet. Wait for its creation: kubestep watch`);
  return { clusterId, endpoint };
}

async function kubernetesAuthority(clusterId: string): Promise<AuthorityRow & { readonly pem: string }> {
  const row = await readAuthority(clusterId, authorityRowName('kubernetes'));
  if (row?.pem === undefined) throw new Error(`IssueCerts has stored no kubernetes CA for ${clusterId}`);
  return { ...row, pem: row.pem };
}
