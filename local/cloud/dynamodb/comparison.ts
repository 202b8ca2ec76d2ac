import { type Item, type StoredValue, typeOf } from './attributeValues.ts';
import { compareNumbers } from './numbers.ts';

/** Whether two values are the same to DynamoDB: sets without order, numbers by value. */
export function areEqual(left: StoredValue, right: StoredValue): boolean {
  if (typeOf(left) !== typeOf(right)) return false;
  if ('S' in left && 'S' in right) return left.S === right.S;
  if ('N' in left && 'N' in right) return left.N === right.N;
  if ('B' in left && 'B' in right) return left.B === right.B;
  if ('BOOL' in left && 'BOOL' in right) return left.BOOL === right.BOOL;
  if ('M' in left && 'M' in right) return areEqualItems(left.M, right.M);
  if ('L' in left && 'L' in right) {
    const other = right.L;
    return left.L.length === other.length && left.L.every((entry, index) => areEqual(entry, other[index] ?? entry));
  }
  const [one, other] = [membersOf(left), membersOf(right)];
  return one?.length === other?.length && (one ?? []).every((member) => other?.includes(member));
}

/** Whether two items have the same attributes with the same values. */
export function areEqualItems(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [one, other] = [left[name], right[name]];
      return one !== undefined && other !== undefined && areEqual(one, other);
    })
  );
}

/** Order of two strings, numbers or binaries; undefined where DynamoDB knows none. */
export function order(left: StoredValue, right: StoredValue): number | undefined {
  if ('S' in left && 'S' in right) return compareText(left.S, right.S);
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return Buffer.compare(Buffer.from(left.B, 'base64'), Buffer.from(right.B, 'base64'));
  return undefined;
}

/** The members of a set; undefined for any other value. */
export function membersOf(value: StoredValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS;
  return undefined;
}

/** Strings compare by their UTF-8 bytes; UTF-16, as JavaScript compares, differs only where surrogates come in. */
function compareText(left: string, right: string): number {
  const hasSurrogates = /[\ud800-\udfff]/;
  if (hasSurrogates.test(left) || hasSurrogates.test(right))
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : Number(left > right);
}
