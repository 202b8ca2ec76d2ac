import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { itemAccess } from './access.ts';
import { fromStoredItem } from './attributeValues.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { attributeMap, placeholderInput } from './itemInputs.ts';
import { readItem } from './items.ts';
import { keyText, leadingKeys, toKey } from './keys.ts';
import { sizeOfItem } from './sizes.ts';
import { activeTable } from './tables.ts';
import { applyWrite, type PlannedWrite, planDelete, planPut, tryWrite } from './writes.ts';

/** Items of one call (source: API reference, BatchGetItem and BatchWriteItem). */
const maxGets = 100;
const maxWrites = 25;

/** Beyond this a BatchGetItem answers the rest as unprocessed (same source). */
const largestBatchBytes = 16 * 1024 * 1024;

const keysAndAttributes = z.strictObject({
  Keys: z.array(attributeMap).min(1),
  ConsistentRead: z.boolean().optional(),
  ProjectionExpression: z.string().optional(),
  ExpressionAttributeNames: placeholderInput.ExpressionAttributeNames,
});

export const BatchGetItem = operation({
  input: z.strictObject({ RequestItems: z.record(z.string(), keysAndAttributes) }),
  access: (world, input) =>
    Object.entries(input.RequestItems).map(([table, { Keys }]) =>
      itemAccess(world, 'BatchGetItem', table, { leadingKeys: leadingKeys(world, table, Keys) }),
    ),
  run: (world, input) => {
    const requests = Object.entries(input.RequestItems);
    const count = requests.reduce((sum, [, request]) => sum + request.Keys.length, 0);
    if (count > maxGets) throw invalid('Too many items requested for the BatchGetItem call');

    const Responses: Record<string, Record<string, AttributeValue>[]> = {};
    const UnprocessedKeys: Record<string, z.infer<typeof keysAndAttributes>> = {};
    let bytes = 0;
    for (const [name, request] of requests) {
      const table = activeTable(world, name);
      const placeholders = new Placeholders(request, [request.ProjectionExpression]);
      const paths =
        request.ProjectionExpression === undefined
          ? undefined
          : parseProjection(request.ProjectionExpression, placeholders);
      placeholders.refuseUnused();
      const keys = request.Keys.map((key) => toKey(table, key));
      refuseDuplicates(keys.map((key) => keyText(table.key, key)));

      const found: Record<string, AttributeValue>[] = [];
      const left: Record<string, AttributeValue>[] = [];
      for (const key of keys) {
        const item = readItem(world, table, key);
        bytes += item ? sizeOfItem(item) : 0;
        if (bytes > largestBatchBytes) left.push(fromStoredItem(key));
        else if (item) found.push(fromStoredItem(project(item, paths)));
      }
      Responses[name] = found;
      if (left.length > 0) UnprocessedKeys[name] = { ...request, Keys: left };
    }
    return { Responses, UnprocessedKeys };
  },
});

const writeRequest = z.strictObject({
  PutRequest: z.strictObject({ Item: attributeMap }).optional(),
  DeleteRequest: z.strictObject({ Key: attributeMap }).optional(),
});
type WriteRequest = z.infer<typeof writeRequest>;

export const BatchWriteItem = operation({
  input: z.strictObject({ RequestItems: z.record(z.string(), z.array(writeRequest).min(1)) }),
  access: (world, input) =>
    Object.entries(input.RequestItems).map(([table, requests]) =>
      itemAccess(world, 'BatchWriteItem', table, {
        leadingKeys: leadingKeys(
          world,
          table,
          requests.flatMap((request) => [request.PutRequest?.Item ?? request.DeleteRequest?.Key ?? {}]),
        ),
      }),
    ),
  run: (world, input) => {
    const writes = Object.entries(input.RequestItems).flatMap(([table, requests]) =>
      requests.map((request) => planRequest(world, table, request)),
    );
    if (writes.length > maxWrites) throw invalid('Too many items requested for the BatchWriteItem call');
    refuseDuplicates(writes.map((write) => `${write.table.name} ${keyText(write.table.key, write.key)}`));
    for (const write of writes) applyWrite(world, write, tryWrite(world, write));
    return { UnprocessedItems: {} };
  },
});

function planRequest(world: World, table: string, request: WriteRequest): PlannedWrite {
  if (request.PutRequest && !request.DeleteRequest) {
    return planPut(world, { TableName: table, Item: request.PutRequest.Item });
  }
  if (request.DeleteRequest && !request.PutRequest) {
    return planDelete(world, { TableName: table, Key: request.DeleteRequest.Key });
  }
  throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
}

function refuseDuplicates(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length) throw invalid('Provided list of item keys contains duplicates');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
