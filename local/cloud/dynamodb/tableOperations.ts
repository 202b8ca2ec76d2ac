import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { onTable, tagContext } from './access.ts';
import { deleteAllItems } from './items.ts';
import { describe } from './tableDescription.ts';
import {
  allTables,
  type DynamoTable,
  findTable,
  type KeySchema,
  type KeyType,
  putTable,
  statusOf,
  tableArn,
  tableNamed,
} from './tables.ts';

/** From the call to ACTIVE, and from the deletion until the name is free (estimated; on-demand tables take a few seconds). */
const tableChangeMilliseconds = 5_000;

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tagList = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

export const CreateTable = operation({
  input: z.strictObject({
    TableName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/),
    AttributeDefinitions: z.array(
      z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: z
      .array(
        z.strictObject({
          IndexName: z.string().regex(/^[a-zA-Z0-9_.-]{3,255}$/),
          KeySchema: keySchema,
          Projection: z.strictObject({
            ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
            NonKeyAttributes: z.array(z.string()).optional(),
          }),
        }),
      )
      .optional(),
    BillingMode: z.enum(['PAY_PER_REQUEST', 'PROVISIONED']).optional(),
    SSESpecification: z
      .strictObject({
        Enabled: z.boolean().optional(),
        SSEType: z.literal('KMS').optional(),
        KMSMasterKeyId: z.string().optional(),
      })
      .optional(),
    DeletionProtectionEnabled: z.boolean().optional(),
    Tags: tagList.optional(),
  }),
  access: (world, input) => {
    const tags = Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
    const create = { action: 'dynamodb:CreateTable', resource: tableArn(world, input.TableName) };
    if (!input.Tags) return [create];
    const context = { ...tagContext('aws:RequestTag', tags), 'aws:TagKeys': Object.keys(tags) };
    return [
      { ...create, context },
      { action: 'dynamodb:TagResource', resource: create.resource, context },
    ];
  },
  run: (world, input) => {
    if (findTable(world, input.TableName)) {
      throw new AwsError('ResourceInUseException', `Table already exists: ${input.TableName}`);
    }
    if (input.BillingMode !== 'PAY_PER_REQUEST')
      throw new NotModelled('dynamodb', 'CreateTable', 'provisioned capacity');

    const attributeTypes: Record<string, KeyType> = Object.fromEntries(
      input.AttributeDefinitions.map((definition) => [definition.AttributeName, definition.AttributeType]),
    );
    const table: DynamoTable = {
      name: input.TableName,
      id: world.random.hex(32),
      createdAt: nowOf(world),
      activeAt: nowOf(world) + world.delays.of('tableActive'),
      key: keyOf(input.KeySchema, attributeTypes),
      attributeTypes,
      indexes: (input.GlobalSecondaryIndexes ?? []).map((index) => ({
        name: index.IndexName,
        key: keyOf(index.KeySchema, attributeTypes),
        projection: index.Projection.ProjectionType,
        included: index.Projection.NonKeyAttributes ?? [],
      })),
      ...(input.SSESpecification?.Enabled && { encryption: encryptionOf(input.SSESpecification.KMSMasterKeyId) }),
      deletionProtected: input.DeletionProtectionEnabled ?? false,
      tags: Object.fromEntries((input.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
    };
    refuseUnusedDefinitions(table);
    putTable(world, table);
    return { TableDescription: describe(world, table) };
  },
});

export const DescribeTable = operation({
  input: z.strictObject({ TableName: z.string() }),
  access: onTable('DescribeTable'),
  run: (world, input) => ({ Table: describe(world, tableNamed(world, input.TableName)) }),
});

export const DeleteTable = operation({
  input: z.strictObject({ TableName: z.string() }),
  access: onTable('DeleteTable'),
  run: (world, input) => {
    const table = tableNamed(world, input.TableName);
    if (statusOf(world, table) !== 'ACTIVE') {
      throw new AwsError(
        'ResourceInUseException',
        `Attempt to change a resource which is still in use: Table: ${table.name}`,
      );
    }
    if (table.deletionProtected) {
      throw new AwsError(
        'ValidationException',
        `Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.`,
      );
    }
    const deleted = { ...table, goneAt: nowOf(world) + tableChangeMilliseconds };
    deleteAllItems(world, table);
    putTable(world, deleted);
    return { TableDescription: describe(world, deleted) };
  },
});

export const ListTables = operation({
  input: z.strictObject({ Limit: z.int().min(1).max(100).optional(), ExclusiveStartTableName: z.string().optional() }),
  access: () => [{ action: 'dynamodb:ListTables', resource: '*' }],
  run: (world, input) => {
    const limit = input.Limit ?? 100;
    const names = allTables(world)
      .map((table) => table.name)
      .filter((name) => name > (input.ExclusiveStartTableName ?? ''))
      .toSorted();
    const page = names.slice(0, limit);
    return { TableNames: page, ...(names.length > limit && { LastEvaluatedTableName: page.at(-1) }) };
  },
});

export const UpdateTable = operation({
  input: z.strictObject({ TableName: z.string(), DeletionProtectionEnabled: z.boolean() }),
  access: onTable('UpdateTable'),
  run: (world, input) => {
    const table = { ...tableNamed(world, input.TableName), deletionProtected: input.DeletionProtectionEnabled };
    putTable(world, table);
    return { TableDescription: describe(world, table) };
  },
});

function keyOf(schema: z.infer<typeof keySchema>, types: Readonly<Record<string, KeyType>>): KeySchema {
  const partition = schema.find((element) => element.KeyType === 'HASH')?.AttributeName;
  const sort = schema.find((element) => element.KeyType === 'RANGE')?.AttributeName;
  if (!partition || schema.length > 2 || (schema.length === 2 && !sort)) {
    throw new AwsError('ValidationException', 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  }
  const missing = [partition, sort].find((name) => name !== undefined && types[name] === undefined);
  if (missing) {
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${missing}]`,
    );
  }
  return { partition, ...(sort && { sort }) };
}

function encryptionOf(keyArn: string | undefined): { keyArn?: string } {
  return keyArn === undefined ? {} : { keyArn };
}

function refuseUnusedDefinitions(table: DynamoTable): void {
  const used = new Set(
    [table.key, ...table.indexes.map((index) => index.key)].flatMap((key) => [key.partition, key.sort]),
  );
  if (Object.keys(table.attributeTypes).every((name) => used.has(name))) return;
  throw new AwsError(
    'ValidationException',
    'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
  );
}
