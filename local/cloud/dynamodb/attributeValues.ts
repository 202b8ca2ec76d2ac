import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError, NotModelled } from '../errors.ts';
import { canonicalNumber } from './numbers.ts';

/** An attribute value as a row keeps it: DynamoDB's own JSON, with binary as base64. */
export type StoredValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly M: Item }
  | { readonly L: readonly StoredValue[] }
  | { readonly BOOL: boolean }
  | { readonly NULL: true };

/** An item, or a map inside one. */
export type Item = Readonly<{ [name: string]: StoredValue }>;

export type ValueType = 'S' | 'N' | 'B' | 'SS' | 'NS' | 'BS' | 'M' | 'L' | 'BOOL' | 'NULL';

/** Lists and maps may nest so deep (source: developer guide, "Supported data types and naming rules"). */
const deepestNesting = 32;

/** `S`, `N`, … */
export function typeOf(value: StoredValue): ValueType {
  return Object.keys(value)[0] as ValueType;
}

/** Checks a value as it comes from a client and turns it into what a row keeps. */
export function toStored(value: AttributeValue, depth = 1): StoredValue {
  const types = Object.keys(value);
  if (types.length === 0) {
    throw invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if (types.length > 1) {
    throw invalid(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
    );
  }
  if (depth > deepestNesting) throw invalid('Nesting Levels have exceeded supported limits');

  if (value.S !== undefined) return { S: value.S };
  if (value.N !== undefined) return { N: canonicalNumber(value.N) };
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.SS !== undefined) return { SS: distinct(value.SS, 'string') };
  if (value.NS !== undefined) return { NS: distinct(value.NS.map(canonicalNumber), 'number') };
  if (value.BS !== undefined) return { BS: distinct(value.BS.map(base64), 'binary') };
  if (value.M !== undefined) return { M: toStoredItem(value.M, depth + 1) };
  if (value.L !== undefined) return { L: value.L.map((entry) => toStored(entry, depth + 1)) };
  if (value.BOOL !== undefined) return { BOOL: value.BOOL };
  if (value.NULL === true) return { NULL: true };
  if (value.NULL === false) {
    throw invalid('One or more parameter values were invalid: Null attribute value types must have the value of true');
  }
  throw new NotModelled('dynamodb', 'AttributeValue', types[0]);
}

/** Checks and stores a whole item, key or map. */
export function toStoredItem(item: Readonly<Record<string, AttributeValue>>, depth = 1): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toStored(value, depth)]));
}

/** The value as an SDK client answers it. */
export function fromStored(value: StoredValue): AttributeValue {
  if ('B' in value) return { B: bytes(value.B) };
  if ('BS' in value) return { BS: value.BS.map(bytes) };
  if ('M' in value) return { M: fromStoredItem(value.M) };
  if ('L' in value) return { L: value.L.map(fromStored) };
  if ('SS' in value) return { SS: [...value.SS] };
  if ('NS' in value) return { NS: [...value.NS] };
  return value;
}

/** The item as an SDK client answers it. */
export function fromStoredItem(item: Item): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, fromStored(value)]));
}

function base64(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw invalid('Binary attribute values must be bytes');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

function distinct(values: readonly string[], kind: string): readonly string[] {
  if (values.length === 0) {
    throw invalid(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  }
  if (new Set(values).size < values.length) {
    throw invalid(
      `One or more parameter values were invalid: Input collection [${values.join(', ')}] contains duplicates.`,
    );
  }
  return values;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
