import { AwsError } from '../../errors.ts';
import type { Item, StoredValue } from '../attributeValues.ts';
import { membersOf } from '../comparison.ts';
import { addNumbers } from '../numbers.ts';
import { type Path, valueAt } from './paths.ts';
import type { Action, Expression } from './updates.ts';

/** The item after an update. Every right side is read from the item as it was before. */
export function applyUpdate(before: Item, actions: readonly Action[]): Item {
  const removals = actions.filter((action) => action.do === 'REMOVE').map((action) => action.path);
  let item = before;
  for (const action of actions) {
    if (action.do === 'SET') item = withValue(item, action.path, evaluate(action.to, before));
    else if (action.do === 'ADD')
      item = withValue(item, action.path, added(valueAt(before, action.path), action.value));
    else if (action.do === 'DELETE') item = withoutMembers(item, action.path, action.value);
  }
  // From the end of each list, so that one removal does not shift the next.
  for (const path of removals.toSorted((left, right) => lastIndex(right) - lastIndex(left))) item = without(item, path);
  return item;
}

function evaluate(expression: Expression, item: Item): StoredValue {
  switch (expression.is) {
    case 'value':
      return expression.value;
    case 'path': {
      const value = valueAt(item, expression.path);
      if (value) return value;
      throw failed('The provided expression refers to an attribute that does not exist in the item');
    }
    case 'if_not_exists':
      return valueAt(item, expression.path) ?? evaluate(expression.otherwise, item);
    case 'list_append': {
      const [left, right] = [evaluate(expression.left, item), evaluate(expression.right, item)];
      if ('L' in left && 'L' in right) return { L: [...left.L, ...right.L] };
      throw failed('An operand in the update expression has an incorrect data type');
    }
    default: {
      const [left, right] = [evaluate(expression.left, item), evaluate(expression.right, item)];
      if ('N' in left && 'N' in right) return { N: addNumbers(left.N, right.N, expression.is === '+' ? 1 : -1) };
      throw failed('An operand in the update expression has an incorrect data type');
    }
  }
}

function added(value: StoredValue | undefined, more: StoredValue): StoredValue {
  if (!value) return more;
  if ('N' in value && 'N' in more) return { N: addNumbers(value.N, more.N) };
  if ('SS' in value && 'SS' in more) return { SS: union(value.SS, more.SS) };
  if ('NS' in value && 'NS' in more) return { NS: union(value.NS, more.NS) };
  if ('BS' in value && 'BS' in more) return { BS: union(value.BS, more.BS) };
  throw failed('An operand in the update expression has an incorrect data type');
}

const union = (left: readonly string[], right: readonly string[]): string[] => [...new Set([...left, ...right])];

/** An emptied set is removed: DynamoDB has no empty sets. */
function withoutMembers(item: Item, path: Path, less: StoredValue): Item {
  const value = valueAt(item, path);
  if (!value) return item;
  const gone = membersOf(less) ?? [];
  const type = Object.keys(value)[0];
  if (type !== Object.keys(less)[0]) {
    throw failed('An operand in the update expression has an incorrect data type');
  }
  const left = (membersOf(value) ?? []).filter((member) => !gone.includes(member));
  if (left.length === 0) return without(item, path);
  if (type === 'SS') return withValue(item, path, { SS: left });
  return withValue(item, path, type === 'NS' ? { NS: left } : { BS: left });
}

function withValue(item: Item, [name, ...rest]: Path, value: StoredValue): Item {
  return { ...item, [name]: replaced(item[name], rest, () => value) as StoredValue };
}

function without(item: Item, [name, ...rest]: Path): Item {
  const replacement = replaced(item[name], rest, () => undefined);
  if (replacement) return { ...item, [name]: replacement };
  const { [name]: _, ...others } = item;
  return others;
}

/** `value` with what is at the end of `steps` replaced; the way there must exist. */
function replaced(
  value: StoredValue | undefined,
  steps: readonly (string | number)[],
  replace: () => StoredValue | undefined,
): StoredValue | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return replace();
  if (typeof step === 'string' && value && 'M' in value) {
    const entry = replaced(value.M[step], rest, replace);
    if (entry) return { M: { ...value.M, [step]: entry } };
    const { [step]: _, ...others } = value.M;
    return { M: others };
  }
  if (typeof step === 'number' && value && 'L' in value) {
    const entry = replaced(value.L[step], rest, replace);
    if (!entry) return { L: value.L.filter((_, index) => index !== step) };
    // Beyond the end of the list an element is appended.
    if (step >= value.L.length) return { L: [...value.L, entry] };
    return { L: value.L.map((one, index) => (index === step ? entry : one)) };
  }
  throw failed('The document path provided in the update expression is invalid for update');
}

function lastIndex(path: Path): number {
  const last = path.at(-1);
  return typeof last === 'number' ? last : -1;
}

/** A fault that only the item shows: inside a transaction it is the item's own cancellation reason. */
export class ItemFault extends AwsError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

function failed(message: string): ItemFault {
  return new ItemFault(message);
}
