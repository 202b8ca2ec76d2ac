import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { itemAccess } from './access.ts';
import { type Item, type StoredValue, typeOf } from './attributeValues.ts';
import { order } from './comparison.ts';
import type { Condition } from './expressions/conditions.ts';
import { holds } from './expressions/evaluateCondition.ts';
import { parseKeyCondition } from './expressions/keyCondition.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { itemsInPartition } from './items.ts';
import { keyNames, keyText } from './keys.ts';
import { page, parseReading, readInput, startOf } from './reads.ts';
import { activeTable, type DynamoTable, findTable, indexNamed, type KeySchema, tableNameOf } from './tables.ts';

const input = z.strictObject({
  ...readInput,
  KeyConditionExpression: z.string(),
  ScanIndexForward: z.boolean().optional(),
});
type QueryInput = z.infer<typeof input>;

export const Query = operation({
  input,
  access: (world, request) => [
    itemAccess(world, 'Query', request.TableName, {
      index: request.IndexName,
      leadingKeys: leadingKeysOf(world, request),
      select: request.Select,
    }),
  ],
  run: (world, request) => {
    const table = activeTable(world, request.TableName);
    const index = request.IndexName === undefined ? undefined : indexNamed(table, request.IndexName);
    const key = index?.key ?? table.key;
    const placeholders = placeholdersOf(request);
    const condition = parseKeyCondition(request.KeyConditionExpression, key, placeholders);
    const reading = parseReading(request, index, placeholders);
    placeholders.refuseUnused();
    if (reading.filter) refuseKeysInFilter(key, reading.filter);
    refuseUnfitKey(table, key, condition.partition);

    const start = startOf(table, index, request);
    const found: Item[] = [];
    for (const item of itemsInPartition(world, table, index?.name ?? '', condition.partition)) {
      if (condition.sort && !holds(condition.sort, item)) continue;
      found.push(item);
    }
    const ordered = found.sort((one, other) => compare(table, key, one, other));
    if (request.ScanIndexForward === false) ordered.reverse();
    return page(table, index, request, reading, after(ordered, start, request, table, key));
  },
});

function placeholdersOf(request: QueryInput): Placeholders {
  return new Placeholders(request, [
    request.KeyConditionExpression,
    request.FilterExpression,
    request.ProjectionExpression,
  ]);
}

/** By sort key, and in an index among equal ones by the table's key. */
function compare(table: DynamoTable, key: KeySchema, one: Item, other: Item): number {
  const sort = key.sort;
  const [left, right] = sort === undefined ? [] : [one[sort], other[sort]];
  const bySort = left && right ? (order(left, right) ?? 0) : 0;
  if (bySort !== 0 || key === table.key) return bySort;
  const [first, second] = [keyText(table.key, one), keyText(table.key, other)];
  return first < second ? -1 : Number(first > second);
}

function after(
  ordered: readonly Item[],
  start: Item | undefined,
  request: QueryInput,
  table: DynamoTable,
  key: KeySchema,
): readonly Item[] {
  if (!start) return ordered;
  const direction = request.ScanIndexForward === false ? -1 : 1;
  return ordered.filter((item) => compare(table, key, item, start) * direction > 0);
}

function refuseUnfitKey(table: DynamoTable, key: KeySchema, partition: StoredValue): void {
  if (typeOf(partition) === table.attributeTypes[key.partition]) return;
  throw new AwsError(
    'ValidationException',
    'One or more parameter values were invalid: Condition parameter type does not match schema type',
  );
}

function refuseKeysInFilter(key: KeySchema, filter: Condition): void {
  const named = keyNames(key).find((name) => JSON.stringify(filter).includes(`"path":["${name}"`));
  if (named === undefined) return;
  throw new AwsError(
    'ValidationException',
    `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${named}`,
  );
}

/** The partition that the query asks for; none where the request is one that AWS refuses anyway. */
function leadingKeysOf(world: World, request: QueryInput): readonly string[] {
  const table = findTable(world, tableNameOf(request.TableName));
  const index = table?.indexes.find((one) => one.name === request.IndexName);
  const key = request.IndexName === undefined ? table?.key : index?.key;
  if (!key) return [];
  try {
    const { partition } = parseKeyCondition(request.KeyConditionExpression, key, placeholdersOf(request));
    return [String(Object.values(partition)[0])];
  } catch {
    return [];
  }
}
