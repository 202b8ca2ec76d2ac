import type { Item, StoredValue } from './attributeValues.ts';

/** The largest item, names and values together (source: DynamoDB quotas). */
export const largestItemBytes = 400 * 1024;

/** One page of Query or Scan, before filters (source: DynamoDB quotas). */
export const largestPageBytes = 1024 * 1024;

/** Bytes of an item by the rules of the developer guide, "DynamoDB item sizes and formats". */
export function sizeOfItem(item: Item): number {
  let bytes = 0;
  for (const name of Object.keys(item)) bytes += Buffer.byteLength(name) + sizeOfValue(item[name] as StoredValue);
  return bytes;
}

/** Bytes of one value. */
export function sizeOfValue(value: StoredValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return sizeOfNumber(value.N);
  if ('B' in value) return Buffer.byteLength(value.B, 'base64');
  if ('SS' in value) return sum(value.SS, (entry) => Buffer.byteLength(entry));
  if ('NS' in value) return sum(value.NS, sizeOfNumber);
  if ('BS' in value) return sum(value.BS, (entry) => Buffer.byteLength(entry, 'base64'));
  // A list or map costs three bytes and one more for each entry.
  if ('M' in value) return 3 + Object.keys(value.M).length + sizeOfItem(value.M);
  if ('L' in value) return 3 + value.L.length + sum(value.L, sizeOfValue);
  return 1;
}

/** One byte for two significant digits, one more, and one for a sign. */
function sizeOfNumber(text: string): number {
  const digits = text
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function sum<Entry>(entries: readonly Entry[], size: (entry: Entry) => number): number {
  return entries.reduce((total, entry) => total + size(entry), 0);
}
