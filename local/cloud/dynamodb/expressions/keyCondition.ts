import { AwsError } from '../../errors.ts';
import type { StoredValue } from '../attributeValues.ts';
import type { KeySchema } from '../tables.ts';
import { type Condition, type Operand, parseCondition } from './conditions.ts';
import { refuseUnorderable } from './evaluateCondition.ts';
import type { Placeholders } from './placeholders.ts';

/** What a query reads: one partition, and the part of it that a condition on the sort key leaves. */
export interface KeyCondition {
  readonly partition: StoredValue;
  readonly sort: Condition | undefined;
}

/** Parses a key condition: equality on the partition key, at most one condition on the sort key, nothing else. */
export function parseKeyCondition(text: string, key: KeySchema, placeholders: Placeholders): KeyCondition {
  const condition = parseCondition('KeyConditionExpression', text, placeholders);
  refuseUnorderable('KeyConditionExpression', condition);
  const parts = partsOf(condition);
  const partition = parts.find((part) => part.name === key.partition);
  if (!partition) throw invalid(`Query condition missed key schema element: ${key.partition}`);
  const { condition: on } = partition;
  if (on.is !== 'comparison' || on.comparator !== '=') throw invalid('Query key condition not supported');
  const value = [on.left, on.right].find((operand) => operand.is === 'value');
  const others = parts.filter((part) => part !== partition);
  const sort = others.find((part) => part.name === key.sort);
  if (others.length > (sort ? 1 : 0)) {
    const missing = key.sort !== undefined && !sort ? `Query condition missed key schema element: ${key.sort}` : '';
    throw invalid(missing || 'Query key condition not supported');
  }
  return { partition: (value as Extract<Operand, { is: 'value' }>).value, sort: sort?.condition };
}

interface Part {
  readonly name: string;
  readonly condition: Condition;
}

function partsOf(condition: Condition): readonly Part[] {
  if (condition.is === 'and') return [...partsOf(condition.left), ...partsOf(condition.right)];
  const operands = operandsOf(condition);
  const [path] = operands.filter((operand) => operand.is === 'path');
  const isSimple = operands.filter((operand) => operand.is === 'value').length === operands.length - 1;
  if (path?.is !== 'path' || path.path.length > 1 || !isSimple) throw invalid('Query key condition not supported');
  return [{ name: path.path[0], condition }];
}

function operandsOf(condition: Condition): readonly Operand[] {
  if (condition.is === 'comparison' && condition.comparator !== '<>') return [condition.left, condition.right];
  if (condition.is === 'between') return [condition.operand, condition.low, condition.high];
  if (condition.is === 'begins_with') return [condition.operand, condition.part];
  const operator = condition.is === 'comparison' ? '<>' : condition.is.toUpperCase();
  throw invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
