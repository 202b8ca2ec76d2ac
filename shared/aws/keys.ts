import {
  DeleteAliasCommand,
  DescribeKeyCommand,
  paginateListAliases,
  paginateListResourceTags,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { kms } from './clients/kms.ts';
import { deploymentId } from './deploymentId.ts';
import { removed, unless } from './errors.ts';
import { keyIn } from './tags.ts';

export interface NamedKey {
  readonly alias: string;
  readonly keyId: string;
}

/** KMS allows no less and no more than 30 days; until then the deletion can be cancelled. */
const pendingWindowDays = 7;

/** The cluster's keys as its aliases name them, each proved by its tags. */
export async function findNamedKeys(clusterId: string): Promise<NamedKey[]> {
  const found: NamedKey[] = [];
  for await (const page of paginateListAliases({ client: kms }, {})) {
    for (const { AliasName: alias, TargetKeyId: keyId } of page.Aliases ?? []) {
      if (!alias?.startsWith(`alias/kubestep/${deploymentId()}/${clusterId}/`) || keyId === undefined) continue;
      if (await isOurs(keyId, clusterId)) found.push({ alias, keyId });
    }
  }
  return found;
}

async function isOurs(keyId: string, clusterId: string): Promise<boolean> {
  for await (const page of paginateListResourceTags({ client: kms }, { KeyId: keyId })) {
    const tags = page.Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
    if (keyIn(tags, clusterId, 'key') !== undefined) return true;
  }
  return false;
}

/** Whether the key encrypts volumes, those of claims among them. */
export const isVolumeKey = ({ alias }: Pick<NamedKey, 'alias'>): boolean => alias.endsWith('/volumes');

/** Schedules the key's deletion, then deletes its alias, which is how a later try still finds the key. Pending counts as deleted. */
export async function removeKey({ alias, keyId }: NamedKey): Promise<void> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
  if (KeyMetadata?.KeyState !== 'PendingDeletion') {
    const scheduling = new ScheduleKeyDeletionCommand({ KeyId: keyId, PendingWindowInDays: pendingWindowDays });
    await unless(['KMSInvalidState'], kms.send(scheduling));
  }
  await removed(alias, kms.send(new DeleteAliasCommand({ AliasName: alias })));
}
