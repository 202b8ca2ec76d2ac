import { AwsError } from '../../errors.ts';
import { type Item, type StoredValue, typeOf } from '../attributeValues.ts';
import { areEqual, membersOf, order } from '../comparison.ts';
import type { Comparator, Condition, Operand } from './conditions.ts';
import { valueAt } from './paths.ts';

/** Whether the condition holds for an item; an absent item has no attributes. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.is) {
    case 'and':
      return holds(condition.left, item) && holds(condition.right, item);
    case 'or':
      return holds(condition.left, item) || holds(condition.right, item);
    case 'not':
      return !holds(condition.condition, item);
    case 'comparison':
      return compares(condition.comparator, resolve(condition.left, item), resolve(condition.right, item));
    case 'between': {
      const value = resolve(condition.operand, item);
      return (
        compares('>=', value, resolve(condition.low, item)) && compares('<=', value, resolve(condition.high, item))
      );
    }
    case 'in':
      return condition.among.some((one) => compares('=', resolve(condition.operand, item), resolve(one, item)));
    case 'exists':
      return (valueAt(item, condition.path) !== undefined) === condition.wanted;
    case 'type': {
      const value = valueAt(item, condition.path);
      return value !== undefined && typeOf(value) === condition.type;
    }
    case 'begins_with':
      return beginsWith(resolve(condition.operand, item), resolve(condition.part, item));
    case 'contains':
      return contains(resolve(condition.operand, item), resolve(condition.part, item));
  }
}

function resolve(operand: Operand, item: Item): StoredValue | undefined {
  if (operand.is === 'value') return operand.value;
  if (operand.is === 'path') return valueAt(item, operand.path);
  const value = resolve(operand.of, item);
  return value && sizeOf(value);
}

function sizeOf(value: StoredValue): StoredValue | undefined {
  const members = membersOf(value);
  if (members) return { N: String(members.length) };
  if ('S' in value) return { N: String(Buffer.byteLength(value.S)) };
  if ('B' in value) return { N: String(Buffer.byteLength(value.B, 'base64')) };
  if ('L' in value) return { N: String(value.L.length) };
  if ('M' in value) return { N: String(Object.keys(value.M).length) };
  return undefined;
}

/** A missing attribute is unlike everything, so only `<>` holds for it. */
function compares(comparator: Comparator, left: StoredValue | undefined, right: StoredValue | undefined): boolean {
  if (!left || !right) return comparator === '<>';
  if (comparator === '=') return areEqual(left, right);
  if (comparator === '<>') return !areEqual(left, right);
  const ordered = order(left, right);
  if (ordered === undefined) return false;
  if (comparator === '<') return ordered < 0;
  if (comparator === '<=') return ordered <= 0;
  if (comparator === '>') return ordered > 0;
  return ordered >= 0;
}

function beginsWith(value: StoredValue | undefined, part: StoredValue | undefined): boolean {
  if (!value || !part) return false;
  if ('S' in value && 'S' in part) return value.S.startsWith(part.S);
  if ('B' in value && 'B' in part) {
    const prefix = Buffer.from(part.B, 'base64');
    return Buffer.from(value.B, 'base64').subarray(0, prefix.length).equals(prefix);
  }
  return false;
}

function contains(value: StoredValue | undefined, part: StoredValue | undefined): boolean {
  if (!value || !part) return false;
  if ('S' in value && 'S' in part) return value.S.includes(part.S);
  if ('B' in value && 'B' in part) return Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if ('SS' in value && 'S' in part) return value.SS.includes(part.S);
  if ('NS' in value && 'N' in part) return value.NS.includes(part.N);
  if ('BS' in value && 'B' in part) return value.BS.includes(part.B);
  return 'L' in value && value.L.some((entry) => areEqual(entry, part));
}

/** Values of types that a comparator cannot order are refused before any item is looked at. */
export function refuseUnorderable(kind: string, condition: Condition): void {
  if (condition.is === 'and' || condition.is === 'or') {
    refuseUnorderable(kind, condition.left);
    refuseUnorderable(kind, condition.right);
  } else if (condition.is === 'not') {
    refuseUnorderable(kind, condition.condition);
  } else if (condition.is === 'comparison' && condition.comparator !== '=' && condition.comparator !== '<>') {
    refuseOperands(kind, condition.comparator, [condition.left, condition.right]);
  } else if (condition.is === 'between') {
    refuseOperands(kind, 'BETWEEN', [condition.operand, condition.low, condition.high]);
  } else if (condition.is === 'begins_with') {
    refuseOperands(kind, 'begins_with', [condition.part], ['S', 'B']);
  }
}

function refuseOperands(
  kind: string,
  operator: string,
  operands: readonly Operand[],
  allowed: readonly string[] = ['S', 'N', 'B'],
): void {
  for (const operand of operands) {
    if (operand.is !== 'value' || allowed.includes(typeOf(operand.value))) continue;
    throw new AwsError(
      'ValidationException',
      `Invalid ${kind}: Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${typeOf(operand.value)}`,
    );
  }
}
