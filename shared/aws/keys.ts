import {
  DeleteAliasCommand,
  DescribeKeyCommand,
  paginateListAliases,
  paginateListKeys,
  paginateListResourceTags,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { purposeOfKey } from '../blueprint/keys.ts';
import { kms } from '../clients/kms.ts';
import { together } from '../together.ts';
import { deploymentId } from './deploymentId.ts';
import { removed, unless } from './errors.ts';
import { keyIn } from './tags.ts';

export interface FoundKey {
  readonly keyId: string;
  /** The blueprint's name of it, as its tag says: `volumes`. */
  readonly key: string;
  /** None for a key whose creation was cut off, or whose deletion is scheduled. */
  readonly alias: string | undefined;
}

/** KMS allows no less and no more than 30 days; until then the deletion can be cancelled. */
export const pendingWindowDays = 7;

/** The cluster's keys, each proved by its tags: those that its aliases name, and those that got no alias. */
export async function findClusterKeys(clusterId: string): Promise<FoundKey[]> {
  const aliases = await aliasesByKey();
  const named = [...aliases].filter(([, alias]) => alias.startsWith(`alias/kubestep/${deploymentId()}/${clusterId}/`));
  const found = await together(named, async ([keyId, alias]) => ours(keyId, alias, await keyOf(keyId, clusterId)));
  return [...found.flat(), ...(await findNamelessKeys(clusterId, aliases))];
}

/** An alias of every key of the account that has one. */
async function aliasesByKey(): Promise<Map<string, string>> {
  const aliases = new Map<string, string>();
  for await (const page of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName, TargetKeyId } of page.Aliases ?? []) {
      if (AliasName !== undefined && TargetKeyId !== undefined) aliases.set(TargetKeyId, AliasName);
    }
  }
  return aliases;
}

/** A creation that is cut off between a key and its alias leaves a key that only its tags identify. Most keys of an account have an alias. */
async function findNamelessKeys(clusterId: string, aliases: ReadonlyMap<string, string>): Promise<FoundKey[]> {
  const found: FoundKey[] = [];
  for await (const page of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId: keyId } of page.Keys ?? []) {
      if (keyId === undefined || aliases.has(keyId)) continue;
      // A key whose policy leaves nothing to IAM is none that kubestep made.
      const key = await unless(['AccessDenied'], keyOf(keyId, clusterId));
      if (key !== undefined && !(await isPendingDeletion(keyId))) found.push(...ours(keyId, undefined, key));
    }
  }
  return found;
}

const ours = (keyId: string, alias: string | undefined, key: string | undefined): FoundKey[] =>
  key === undefined ? [] : [{ keyId, key, alias }];

/** The blueprint's name of the key; undefined for a key that is not this cluster's. */
async function keyOf(keyId: string, clusterId: string): Promise<string | undefined> {
  for await (const page of paginateListResourceTags({ client: kms }, { KeyId: keyId })) {
    const tags = page.Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
    const key = keyIn(tags, clusterId, 'key');
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Whether the key encrypts volumes, those of claims among them. */
export const isVolumeKey = ({ key }: Pick<FoundKey, 'key'>): boolean => purposeOfKey(key) === 'volumes';

/** Whether the key wraps those of the masters, without which a backup's Secrets stay closed. */
export const isSecretsKey = ({ key }: Pick<FoundKey, 'key'>): boolean => purposeOfKey(key) === 'secrets';

/** Schedules the key's deletion, then deletes its alias, which is how a later try still finds the key. Pending counts as deleted. */
export async function removeKey({ alias, keyId }: FoundKey): Promise<void> {
  if (!(await isPendingDeletion(keyId))) {
    const scheduling = new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: pendingWindowDays });
    await unless(['KMSInvalidState'], kms.send(scheduling));
  }
  if (alias !== undefined) await removed(alias, kms.send(new DeleteAliasCommand({ AliasName: alias })));
}

async function isPendingDeletion(keyId: string): Promise<boolean> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
  return KeyMetadata?.KeyState === 'PendingDeletion';
}
