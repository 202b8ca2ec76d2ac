import type { AttributeValue, ReturnValuesOnConditionCheckFailure } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { fromStoredItem, type Item, toStoredItem } from './attributeValues.ts';
import { applyUpdate, ItemFault } from './expressions/applyUpdate.ts';
import { type Condition, parseCondition } from './expressions/conditions.ts';
import { holds, refuseUnorderable } from './expressions/evaluateCondition.ts';
import { type PlaceholderInput, Placeholders } from './expressions/placeholders.ts';
import { type Action, parseUpdate } from './expressions/updates.ts';
import { deleteItem, readItem, writeItem } from './items.ts';
import { keyNames, keyPart, refuseUnfitItem, toKey } from './keys.ts';
import { largestItemBytes, sizeOfItem } from './sizes.ts';
import { activeTable, type DynamoTable } from './tables.ts';

/** The parameters that every write has. */
export interface WriteInput extends PlaceholderInput {
  readonly TableName: string;
  readonly ConditionExpression?: string | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: ReturnValuesOnConditionCheckFailure | undefined;
}

type AttributeMap = Readonly<Record<string, AttributeValue>>;

/** A write that was checked as far as it can be without looking at the item. */
export interface PlannedWrite {
  readonly table: DynamoTable;
  readonly key: Item;
  readonly condition: Condition | undefined;
  readonly returnsOldOnFailure: boolean;
  /** The item as it will be; undefined where it will not be there. */
  readonly change: (before: Item | undefined) => Item | undefined;
  readonly actions: readonly Action[];
}

/** What a write found and what it leaves. */
export interface WriteResult {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

export function planPut(world: World, input: WriteInput & { readonly Item: AttributeMap }): PlannedWrite {
  const table = activeTable(world, input.TableName);
  const item = toStoredItem(input.Item);
  refuseUnfitItem(table, item);
  if (sizeOfItem(item) > largestItemBytes) {
    throw new AwsError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
  const { condition } = parseExpressions(input);
  return { ...plan(input, table, keyPart(table.key, item), condition), change: () => item };
}

export function planDelete(world: World, input: WriteInput & { readonly Key: AttributeMap }): PlannedWrite {
  const table = activeTable(world, input.TableName);
  const { condition } = parseExpressions(input);
  return { ...plan(input, table, toKey(table, input.Key), condition), change: () => undefined };
}

/** A condition without a change, as transactions have. */
export function planCheck(world: World, input: WriteInput & { readonly Key: AttributeMap }): PlannedWrite {
  const table = activeTable(world, input.TableName);
  const { condition } = parseExpressions(input);
  return { ...plan(input, table, toKey(table, input.Key), condition), change: (before) => before };
}

export function planUpdate(
  world: World,
  input: WriteInput & { readonly Key: AttributeMap; readonly UpdateExpression?: string | undefined },
): PlannedWrite {
  const table = activeTable(world, input.TableName);
  const key = toKey(table, input.Key);
  const { condition, actions } = parseExpressions(input);
  const keyed = actions.find((action) => keyNames(table.key).includes(action.path[0]));
  if (keyed) {
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: Cannot update attribute ${keyed.path[0]}. This attribute is part of the key`,
    );
  }
  return {
    ...plan(input, table, key, condition),
    actions,
    change: (before) => {
      const after = applyUpdate(before ?? key, actions);
      refuseUnfitItem(table, after);
      if (sizeOfItem(after) > largestItemBytes) {
        throw new ItemFault('Item size to update has exceeded the maximum allowed size');
      }
      return after;
    },
  };
}

/** Checks the write's condition against the item of now. */
export function tryWrite(world: World, write: PlannedWrite): WriteResult {
  const before = readItem(world, write.table, write.key);
  if (write.condition && !holds(write.condition, before ?? {})) {
    throw new ConditionalCheckFailed(write.returnsOldOnFailure ? before : undefined);
  }
  return { before, after: write.change(before) };
}

/** Makes true what `tryWrite` answered. */
export function applyWrite(world: World, write: PlannedWrite, { before, after }: WriteResult): void {
  if (after === before) return;
  if (after) writeItem(world, write.table, after);
  else deleteItem(world, write.table, write.key);
}

/** `Item` is there where the request asked for it, as on the SDK's own exception. */
export class ConditionalCheckFailed extends AwsError {
  readonly Item?: Record<string, AttributeValue>;

  constructor(item: Item | undefined) {
    super('ConditionalCheckFailedException', 'The conditional request failed');
    if (item) this.Item = fromStoredItem(item);
  }
}

/** What UpdateItem and the others answer as `Attributes`. */
export function returnedAttributes(
  mode: 'NONE' | 'ALL_OLD' | 'UPDATED_OLD' | 'ALL_NEW' | 'UPDATED_NEW' | undefined,
  write: PlannedWrite,
  { before, after }: WriteResult,
): { Attributes?: Record<string, AttributeValue> } {
  if (mode === undefined || mode === 'NONE') return {};
  const source = mode.endsWith('OLD') ? before : after;
  if (!source) return {};
  if (mode.startsWith('ALL')) return { Attributes: fromStoredItem(source) };
  const touched = new Set(write.actions.map((action) => action.path[0]));
  const entries = Object.entries(source).filter(([name]) => touched.has(name));
  return entries.length === 0 ? {} : { Attributes: fromStoredItem(Object.fromEntries(entries)) };
}

function plan(input: WriteInput, table: DynamoTable, key: Item, condition: Condition | undefined) {
  const returnsOldOnFailure = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
  return { table, key, condition, returnsOldOnFailure, actions: [] };
}

function parseExpressions(input: WriteInput & { readonly UpdateExpression?: string | undefined }) {
  const placeholders = new Placeholders(input, [input.ConditionExpression, input.UpdateExpression]);
  const actions = input.UpdateExpression === undefined ? [] : parseUpdate(input.UpdateExpression, placeholders);
  const condition =
    input.ConditionExpression === undefined
      ? undefined
      : parseCondition('ConditionExpression', input.ConditionExpression, placeholders);
  if (condition) refuseUnorderable('ConditionExpression', condition);
  placeholders.refuseUnused();
  return { condition, actions };
}
