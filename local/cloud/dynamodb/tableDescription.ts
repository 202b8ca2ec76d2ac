import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { World } from '../world.ts';
import { itemCount } from './items.ts';
import { type DynamoTable, type KeySchema, type SecondaryIndex, statusOf, tableArn } from './tables.ts';

/** A table as DescribeTable shows it. */
export function describe(world: World, table: DynamoTable): TableDescription {
  const arn = tableArn(world, table.name);
  return {
    TableName: table.name,
    TableArn: arn,
    TableId: table.id,
    TableStatus: statusOf(world, table),
    CreationDateTime: new Date(table.createdAt),
    KeySchema: schemaOf(table.key),
    AttributeDefinitions: Object.entries(table.attributeTypes).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    ItemCount: itemCount(world, table),
    DeletionProtectionEnabled: table.deletionProtected,
    ...(table.encryption && {
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        ...(table.encryption.keyArn !== undefined && { KMSMasterKeyArn: table.encryption.keyArn }),
      },
    }),
    ...(table.indexes.length > 0 && {
      GlobalSecondaryIndexes: table.indexes.map((index) => describeIndex(arn, statusOf(world, table), index)),
    }),
  };
}

function describeIndex(arn: string, status: 'CREATING' | 'ACTIVE' | 'DELETING', index: SecondaryIndex) {
  return {
    IndexName: index.name,
    IndexArn: `${arn}/index/${index.name}`,
    IndexStatus: status,
    KeySchema: schemaOf(index.key),
    Projection: {
      ProjectionType: index.projection,
      ...(index.included.length > 0 && { NonKeyAttributes: [...index.included] }),
    },
  };
}

function schemaOf(key: KeySchema) {
  return [
    { AttributeName: key.partition, KeyType: 'HASH' as const },
    ...(key.sort ? [{ AttributeName: key.sort, KeyType: 'RANGE' as const }] : []),
  ];
}
