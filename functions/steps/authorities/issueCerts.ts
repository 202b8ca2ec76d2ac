import * as z from 'zod';
import { readPublicKey, signWith, wrapNewKey, wrapNewKeyPair } from '../../../shared/aws/kms.ts';
import type { AuthorityName, ClusterIdentity } from '../../../shared/blueprint/blueprint.ts';
import { authorityNames, authorityRowName, authoritySubject } from '../../../shared/pki/authorities.ts';
import { publicKeyFromDer, selfSign } from '../../../shared/pki/certificate.ts';
import { toPem } from '../../../shared/pki/pem.ts';
import { step } from '../../../shared/step/step.ts';
import { putAuthorityIfAbsent, readAuthority } from '../../../shared/store/authorities.ts';
import { togetherByKey } from '../../../shared/together.ts';

const input = z.object({ keyArns: z.record(z.string(), z.string()) });

/**
 * Ensures what the cluster's trust rests on: the CAs' certificates, signed by their own keys inside KMS, and the wrapped
 * keys of the masters. The first that is stored is the one that everybody uses.
 */
export const handler = step(input, async ({ plan, input: { keyArns } }) => {
  const { cluster } = plan.blueprint;
  await togetherByKey(
    authorityNames.map((key) => ({ key })),
    ({ key }) => ensureAuthority(cluster, key, required(keyArns, authorityRowName(key))),
  );
  await ensureServiceAccountKey(cluster, required(keyArns, 'secrets'));
  await ensureSecretsEncryptionKey(cluster, required(keyArns, 'secrets'));
  return { authorities: authorityNames.length };
});

async function ensureAuthority(cluster: ClusterIdentity, authority: AuthorityName, keyArn: string): Promise<void> {
  const name = authorityRowName(authority);
  if (await readAuthority(cluster.id, name)) return;
  const publicKey = publicKeyFromDer(await readPublicKey(keyArn));
  const pem = await selfSign(authoritySubject(authority, cluster), publicKey, (bytes) => signWith(keyArn, bytes));
  await putAuthorityIfAbsent(cluster.id, { name, pem, keyArn });
}

async function ensureServiceAccountKey(cluster: ClusterIdentity, keyArn: string): Promise<void> {
  if (await readAuthority(cluster.id, 'service-account')) return;
  const pair = await wrapNewKeyPair(keyArn, { clusterId: cluster.id, purpose: 'service-account' });
  await putAuthorityIfAbsent(cluster.id, {
    name: 'service-account',
    pem: toPem('PUBLIC KEY', pair.publicKey),
    keyArn,
    ciphertext: Buffer.from(pair.privateKeyCiphertext).toString('base64'),
  });
}

async function ensureSecretsEncryptionKey(cluster: ClusterIdentity, keyArn: string): Promise<void> {
  if (await readAuthority(cluster.id, 'secrets-encryption')) return;
  const wrapped = await wrapNewKey(keyArn, { clusterId: cluster.id, purpose: 'secrets-encryption' });
  const ciphertext = Buffer.from(wrapped).toString('base64');
  await putAuthorityIfAbsent(cluster.id, { name: 'secrets-encryption', keyArn, ciphertext });
}

function required(keyArns: Readonly<Record<string, string>>, key: string): string {
  const arn = keyArns[key];
  if (arn === undefined) throw new TypeError(`CreateKeys gave no key "${key}"`);
  return arn;
}
