import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { fromStoredItem, type Item, toStoredItem } from './attributeValues.ts';
import { type Condition, parseCondition } from './expressions/conditions.ts';
import { holds, refuseUnorderable } from './expressions/evaluateCondition.ts';
import type { Path } from './expressions/paths.ts';
import type { Placeholders } from './expressions/placeholders.ts';
import { parseProjection, project } from './expressions/projection.ts';
import { attributeMap, placeholderInput } from './itemInputs.ts';
import { keyNames, keyPart } from './keys.ts';
import { largestPageBytes, sizeOfItem } from './sizes.ts';
import type { DynamoTable, SecondaryIndex } from './tables.ts';

/** The parameters that Query and Scan share. */
export const readInput = {
  TableName: z.string(),
  IndexName: z.string().optional(),
  ...placeholderInput,
  FilterExpression: z.string().optional(),
  ProjectionExpression: z.string().optional(),
  ConsistentRead: z.boolean().optional(),
  Limit: z.int().min(1).optional(),
  ExclusiveStartKey: attributeMap.optional(),
  Select: z.enum(['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT']).optional(),
};

export interface ReadInput {
  readonly IndexName?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly Limit?: number | undefined;
  readonly ExclusiveStartKey?: Readonly<Record<string, AttributeValue>> | undefined;
  readonly Select?: string | undefined;
}

/** What is done with the items that a read meets. */
export interface Reading {
  readonly filter: Condition | undefined;
  readonly paths: readonly Path[] | undefined;
}

/** Parses filter and projection and refuses what contradicts itself. */
export function parseReading(input: ReadInput, index: SecondaryIndex | undefined, placeholders: Placeholders): Reading {
  if (index && input.ConsistentRead) throw invalid('Consistent reads are not supported on global secondary indexes');
  if (input.Select === 'SPECIFIC_ATTRIBUTES' && input.ProjectionExpression === undefined) {
    throw invalid('SPECIFIC_ATTRIBUTES requires a ProjectionExpression');
  }
  if (input.ProjectionExpression !== undefined && (input.Select ?? 'SPECIFIC_ATTRIBUTES') !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${input.Select}`);
  }
  if (input.Select === 'ALL_ATTRIBUTES' && index && index.projection !== 'ALL') {
    throw invalid(
      `One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  const filter =
    input.FilterExpression === undefined
      ? undefined
      : parseCondition('FilterExpression', input.FilterExpression, placeholders);
  if (filter) refuseUnorderable('FilterExpression', filter);
  const paths =
    input.ProjectionExpression === undefined ? undefined : parseProjection(input.ProjectionExpression, placeholders);
  return { filter, paths };
}

/** One page of the items met, in the order given: as many as `Limit` and a megabyte allow, then filtered. */
export function page(
  table: DynamoTable,
  index: SecondaryIndex | undefined,
  input: ReadInput,
  reading: Reading,
  ordered: Iterable<Item>,
) {
  const kept: Item[] = [];
  let scanned = 0;
  let bytes = 0;
  let last: Item | undefined;
  let stopped = false;
  for (const whole of ordered) {
    const item = index ? projectedBy(index, table, whole) : whole;
    scanned += 1;
    bytes += sizeOfItem(item);
    last = whole;
    if (!reading.filter || holds(reading.filter, item)) kept.push(item);
    // AWS stops at the limit without looking whether more would follow, and answers a last key all the same.
    stopped = scanned === input.Limit || bytes > largestPageBytes;
    if (stopped) break;
  }
  return {
    ...(input.Select !== 'COUNT' && { Items: kept.map((item) => fromStoredItem(project(item, reading.paths))) }),
    Count: kept.length,
    ScannedCount: scanned,
    ...(stopped && last && { LastEvaluatedKey: fromStoredItem(positionOf(table, index, last)) }),
  };
}

/** Reads where a page ended: the table's key, and the index's beside it. */
export function startOf(table: DynamoTable, index: SecondaryIndex | undefined, input: ReadInput): Item | undefined {
  if (!input.ExclusiveStartKey) return undefined;
  const start = toStoredItem(input.ExclusiveStartKey);
  const names = new Set([...keyNames(table.key), ...(index ? keyNames(index.key) : [])]);
  if (Object.keys(start).length !== names.size || [...names].some((name) => !start[name])) {
    throw invalid('The provided starting key is invalid');
  }
  return start;
}

function positionOf(table: DynamoTable, index: SecondaryIndex | undefined, item: Item): Item {
  return { ...keyPart(table.key, item), ...(index && keyPart(index.key, item)) };
}

function projectedBy(index: SecondaryIndex, table: DynamoTable, item: Item): Item {
  if (index.projection === 'ALL') return item;
  const names = new Set([...keyNames(table.key), ...keyNames(index.key), ...index.included]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
