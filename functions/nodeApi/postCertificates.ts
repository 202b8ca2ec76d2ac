import { createHash, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { signWith } from '../../shared/aws/kms.ts';
import { now } from '../../shared/environment.ts';
import { endpointOf } from '../../shared/nodeApi/endpoint.ts';
import { type IdentifiedMachine, identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { authorityRowName } from '../../shared/pki/authorities.ts';
import { issueCertificate, publicKeyInfo } from '../../shared/pki/certificate.ts';
import {
  type CertifiedCluster,
  type CertifiedMachine,
  type ProfileName,
  profiles,
  profilesFor,
} from '../../shared/pki/profiles.ts';
import { publicKeyOf } from '../../shared/pki/signingRequest.ts';
import { recordAudit } from '../../shared/store/audit.ts';
import { readAuthority } from '../../shared/store/authorities.ts';
import { bindMachineKey } from '../../shared/store/machineKeys.ts';
import { together } from '../../shared/together.ts';

const request = z.strictObject({ profile: z.string().max(64), csr: z.string().max(4096) });
const body = z.strictObject({ requests: z.array(request).min(1).max(20) });

interface WantedCertificate {
  readonly profile: ProfileName;
  readonly publicKey: KeyObject;
}

/** POST /node/certificates: certificates of profiles that this machine may have, for keys that it has made. */
export const handler = nodeRoute(body, async ({ caller, body: { requests } }) => {
  const machine = await identify(caller, { fresh: true });
  const wanted = requests.map(({ profile, csr }) => ({
    profile: allowed(machine, profile),
    publicKey: publicKeyOf(csr),
  }));
  for (const { profile, publicKey } of wanted) await bindKey(machine, caller.arn, profile, publicKey);

  const cluster = { blueprint: machine.plan.blueprint, endpoint: await endpointOf(machine) };
  const certificates = await together(wanted, async ({ profile, publicKey }) => ({
    profile,
    certificate: await issue(profile, publicKey, certified(machine), cluster),
  }));
  await recordIssue(machine, caller.arn, wanted);
  // One certificate a line, as the node script reads it.
  return jsonText(`{"certificates":[\n${certificates.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`);
});

function allowed({ identity, slot }: IdentifiedMachine, profile: string): ProfileName {
  const found = profilesFor({ role: identity.role, slot }).find((name) => name === profile);
  if (found === undefined) throw new Refused(`a ${identity.role} gets no certificate "${profile.slice(0, 64)}"`);
  return found;
}

/**
 * A machine keeps its keys for life. Somebody who asks for another with its credentials gets nothing, and is noticed: once a
 * day, so that nobody can fill the audit with new keys.
 */
async function bindKey(
  { identity }: IdentifiedMachine,
  by: string,
  profile: ProfileName,
  key: KeyObject,
): Promise<void> {
  const fingerprint = fingerprintOf(key);
  if (await bindMachineKey(identity.instanceId, profile, fingerprint)) return;
  await recordAudit(identity.clusterName, {
    action: 'second-key-requested',
    id: `${identity.instanceId}#${profile}#${today()}`,
    by,
    detail: { instanceId: identity.instanceId, profile, fingerprint },
  });
  throw new Refused(`${identity.instanceId} has another key for ${profile}`);
}

const today = (): string => now().toISOString().slice(0, 10);

/** Once a day for the same keys: a machine whose answer was lost asks again. */
async function recordIssue(
  { identity }: IdentifiedMachine,
  by: string,
  wanted: readonly WantedCertificate[],
): Promise<void> {
  const { instanceId, clusterName } = identity;
  const keys = createHash('sha256');
  for (const { profile, publicKey } of wanted) keys.update(`${profile} ${fingerprintOf(publicKey)}\n`);
  await recordAudit(clusterName, {
    action: 'certificate-issued',
    id: `${instanceId}#${keys.digest('hex')}#${today()}`,
    by,
    detail: { instanceId, profiles: wanted.map(({ profile }) => profile).join(' ') },
  });
}

async function issue(
  name: ProfileName,
  publicKey: KeyObject,
  machine: CertifiedMachine,
  cluster: CertifiedCluster,
): Promise<string> {
  const { authority, lifetimeDays, purposes, subject, names } = profiles[name];
  const row = await readAuthority(cluster.blueprint.cluster.id, authorityRowName(authority));
  if (row?.pem === undefined)
    throw new Error(`IssueCerts has stored no ${authority} CA for ${cluster.blueprint.cluster.id}`);
  const { pem, keyArn } = row;
  return issueCertificate(
    {
      subject: subject(machine),
      publicKey,
      purposes,
      names: names(machine, cluster),
      lifetimeHours: lifetimeDays * 24,
    },
    { certificate: pem, sign: (bytes) => signWith(keyArn, bytes) },
  );
}

const fingerprintOf = (key: KeyObject): string => createHash('sha256').update(publicKeyInfo(key)).digest('hex');

const certified = ({ identity: { instanceId, role, address }, slot }: IdentifiedMachine): CertifiedMachine => ({
  instanceId,
  role,
  slot,
  address,
});
