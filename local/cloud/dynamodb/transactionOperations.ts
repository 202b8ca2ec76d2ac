import { createHash } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { nowOf, type World } from '../world.ts';
import { itemAccess } from './access.ts';
import { fromStoredItem } from './attributeValues.ts';
import { ItemFault } from './expressions/applyUpdate.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { attributeMap, conditionInput, placeholderInput } from './itemInputs.ts';
import { readItem } from './items.ts';
import { keyText, leadingKeys, toKey } from './keys.ts';
import { sizeOfItem } from './sizes.ts';
import { activeTable } from './tables.ts';
import { type CancellationReason, TransactionCanceled, tokens } from './transactions.ts';
import {
  applyWrite,
  ConditionalCheckFailed,
  type PlannedWrite,
  planCheck,
  planDelete,
  planPut,
  planUpdate,
  tryWrite,
  type WriteResult,
} from './writes.ts';

/** Actions and bytes of one transaction (source: DynamoDB quotas). */
const maxActions = 100;
const largestTransactionBytes = 4 * 1024 * 1024;

/** How long a client request token is remembered (source: API reference, TransactWriteItems). */
const tokenMilliseconds = 10 * 60_000;

const transactItem = z.strictObject({
  Put: z.strictObject({ TableName: z.string(), Item: attributeMap, ...conditionInput }).optional(),
  Update: z
    .strictObject({ TableName: z.string(), Key: attributeMap, UpdateExpression: z.string(), ...conditionInput })
    .optional(),
  Delete: z.strictObject({ TableName: z.string(), Key: attributeMap, ...conditionInput }).optional(),
  ConditionCheck: z
    .strictObject({ TableName: z.string(), Key: attributeMap, ...conditionInput, ConditionExpression: z.string() })
    .optional(),
});
type TransactItem = z.infer<typeof transactItem>;

/**
 * Whether DynamoDB asks IAM of a transaction item by item or once with all partition keys is not documented: a policy must
 * allow both, so the model asks both.
 */
function jointly(single: readonly Access[]): Access[] {
  const questions = new Map(single.map((access) => [`${access.action} ${access.resource}`, access]));
  return [...questions.values()].flatMap((access) => {
    const alike = single.filter(({ action, resource }) => action === access.action && resource === access.resource);
    const keys = new Set(alike.flatMap(({ context }) => context?.['dynamodb:LeadingKeys'] ?? []));
    return keys.size < 2 ? [] : [{ ...access, context: { ...access.context, 'dynamodb:LeadingKeys': [...keys] } }];
  });
}

export const TransactWriteItems = operation({
  input: z.strictObject({
    TransactItems: z.array(transactItem).min(1).max(maxActions),
    ClientRequestToken: z.string().min(1).max(36).optional(),
  }),
  access: (world, input) => {
    const single = input.TransactItems.flatMap((item) => accessOf(world, item));
    return [...single, ...jointly(single)];
  },
  run: (world, input) => {
    const token = input.ClientRequestToken;
    const request = token === undefined ? '' : fingerprint(input.TransactItems);
    if (token !== undefined && wasDone(world, token, request)) return {};

    const writes = input.TransactItems.map((item) => planItem(world, item));
    const places = writes.map((write) => `${write.table.name} ${keyText(write.table.key, write.key)}`);
    if (new Set(places).size < places.length) {
      throw invalid('Transaction request cannot include multiple operations on one item');
    }
    const results = tryAll(world, writes);
    if (results.reduce((sum, { after }) => sum + (after ? sizeOfItem(after) : 0), 0) > largestTransactionBytes) {
      throw invalid('Transaction request exceeds the maximum aggregate size of 4 MB');
    }
    for (const [index, write] of writes.entries()) applyWrite(world, write, results[index] as WriteResult);
    if (token !== undefined) tokens(world).put(token, { request, at: nowOf(world) });
    return {};
  },
});

export const TransactGetItems = operation({
  input: z.strictObject({
    TransactItems: z
      .array(
        z.strictObject({
          Get: z.strictObject({
            TableName: z.string(),
            Key: attributeMap,
            ProjectionExpression: z.string().optional(),
            ExpressionAttributeNames: placeholderInput.ExpressionAttributeNames,
          }),
        }),
      )
      .min(1)
      .max(maxActions),
  }),
  access: (world, input) =>
    input.TransactItems.map(({ Get }) =>
      itemAccess(world, 'GetItem', Get.TableName, {
        leadingKeys: leadingKeys(world, Get.TableName, [Get.Key]),
        enclosing: 'TransactGetItems',
      }),
    ),
  run: (world, input) => ({
    Responses: input.TransactItems.map(({ Get }) => {
      const table = activeTable(world, Get.TableName);
      const placeholders = new Placeholders(Get, [Get.ProjectionExpression]);
      const paths =
        Get.ProjectionExpression === undefined ? undefined : parseProjection(Get.ProjectionExpression, placeholders);
      placeholders.refuseUnused();
      const item = readItem(world, table, toKey(table, Get.Key));
      return item ? { Item: fromStoredItem(project(item, paths)) } : {};
    }),
  }),
});

function tryAll(world: World, writes: readonly PlannedWrite[]): readonly WriteResult[] {
  const results: WriteResult[] = [];
  const reasons = writes.map((write): CancellationReason => {
    try {
      results.push(tryWrite(world, write));
      return { Code: 'None' };
    } catch (error) {
      return reasonOf(error);
    }
  });
  if (results.length < writes.length) throw new TransactionCanceled(reasons);
  return results;
}

function reasonOf(error: unknown): CancellationReason {
  if (error instanceof ConditionalCheckFailed) {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...(error.Item && { Item: error.Item }) };
  }
  if (error instanceof ItemFault) return { Code: 'ValidationError', Message: error.message };
  throw error;
}

function planItem(world: World, item: TransactItem): PlannedWrite {
  if (Object.keys(item).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (item.Put) return planPut(world, item.Put);
  if (item.Update) return planUpdate(world, item.Update);
  if (item.Delete) return planDelete(world, item.Delete);
  return planCheck(world, item.ConditionCheck as NonNullable<TransactItem['ConditionCheck']>);
}

function accessOf(world: World, item: TransactItem): readonly Access[] {
  const actions = [
    ['PutItem', item.Put, item.Put?.Item],
    ['UpdateItem', item.Update, item.Update?.Key],
    ['DeleteItem', item.Delete, item.Delete?.Key],
    ['ConditionCheckItem', item.ConditionCheck, item.ConditionCheck?.Key],
  ] as const;
  return actions.flatMap(([action, part, keyed]) =>
    part && keyed
      ? itemAccess(world, action, part.TableName, {
          leadingKeys: leadingKeys(world, part.TableName, [keyed]),
          enclosing: 'TransactWriteItems',
        })
      : [],
  );
}

function wasDone(world: World, token: string, request: string): boolean {
  const earlier = tokens(world).get(token);
  if (!earlier || nowOf(world) - earlier.at > tokenMilliseconds) return false;
  if (earlier.request === request) return true;
  throw new AwsError(
    'IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.',
  );
}

function fingerprint(items: readonly TransactItem[]): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('hex');
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
