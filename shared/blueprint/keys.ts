import type { Facts } from '../facts/facts.ts';
import type { AuthorityName, KeyBlueprint } from './blueprint.ts';

const authorities: readonly AuthorityName[] = ['kubernetes', 'etcd', 'front-proxy'];

/** What `kms:EncryptionContext:purpose` may say for keys that are wrapped by the cluster's secrets key. */
export const wrappedKeyPurposes = ['service-account', 'secrets-encryption'] as const;

/**
 * What a key is for. One that is to take another's place has its name and a number, `kubernetes-ca-2`, and exists beside it
 * for as long as both are trusted; so have its alias, its tag and its rows. The first has no number. An alias takes no dot.
 */
export const purposeOfKey = (key: string): string => key.replace(/-\d+$/, '');

/** The cluster's keys in KMS: a signing key for each authority, one that wraps secrets, one for volumes. */
export function keyBlueprints({ clusterId, deployment }: Facts): readonly KeyBlueprint[] {
  const alias = (key: string) => `alias/kubestep/${deployment.id}/${clusterId}/${key}`;
  return [
    ...authorities.map(
      (authority): KeyBlueprint => ({
        key: `${authority}-ca`,
        purpose: 'authority',
        authority,
        alias: alias(`${authority}-ca`),
      }),
    ),
    { key: 'secrets', purpose: 'secrets', alias: alias('secrets') },
    { key: 'volumes', purpose: 'volumes', alias: alias('volumes') },
  ];
}
