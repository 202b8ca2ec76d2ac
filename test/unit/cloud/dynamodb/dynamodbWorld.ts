import { dynamodb } from '../../../../local/cloud/dynamodb/service.ts';
import { type TestCloud, testCloud } from '../../../support/testWorld.ts';

/** An account with one active table `store` (pk, sk) that has the index `byOwner` (owner, sk). */
export async function aTable(settings: object = {}): Promise<TestCloud> {
  const account = testCloud([dynamodb]);
  await account.call('CreateTable', {
    TableName: 'store',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', 'sk', 'holder'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keyOf('pk', 'sk'),
    GlobalSecondaryIndexes: [
      { IndexName: 'byHolder', KeySchema: keyOf('holder', 'sk'), Projection: { ProjectionType: 'ALL' } },
    ],
    ...settings,
  });
  await account.world.clock.advance({ seconds: 10 });
  return account;
}

export function keyOf(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

/** The key of an item of `store`. */
export const key = (pk: string, sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
