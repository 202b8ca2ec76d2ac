import { unmarshall } from '@aws-sdk/util-dynamodb';
import { administratorOf } from '../../../local/deployment/administrator.ts';
import type { TestAccount } from '../embeddedWorld.ts';

interface LockRow {
  readonly fence: number;
  readonly holder?: { readonly executionArn: string; readonly runId: string };
}

/** The lock of a cluster as it is in the store. */
export async function lockOf(account: TestAccount, cluster = 'demo'): Promise<LockRow> {
  return (await storedRow(account, `cluster#${cluster}`, 'lock')) as LockRow;
}

/** A row of the store; undefined where there is none. */
export async function storedRow(account: TestAccount, pk: string, sk: string): Promise<object | undefined> {
  const { cloud, world, until } = account;
  const answer = cloud.call({
    principal: administratorOf(world),
    service: 'dynamodb',
    operation: 'GetItem',
    input: { TableName: process.env.TABLE_NAME, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true },
  });
  const { Item } = (await until(answer)) as { Item?: Parameters<typeof unmarshall>[0] };
  return Item && unmarshall(Item);
}

/** Who holds the lock although nobody should. */
export async function lockReleased(account: TestAccount, cluster = 'demo'): Promise<string[]> {
  const { holder } = await lockOf(account, cluster);
  return holder ? [`${holder.runId} holds the lock of ${cluster}`] : [];
}
