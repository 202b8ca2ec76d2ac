import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { type Item, type StoredValue, toStoredItem, typeOf } from './attributeValues.ts';
import { sizeOfValue } from './sizes.ts';
import { type DynamoTable, findTable, type KeySchema, tableNameOf } from './tables.ts';

/** The longest partition and sort key values (source: DynamoDB quotas). */
const longestPartitionBytes = 2048;
const longestSortBytes = 1024;

/** The names of a key, partition first. */
export function keyNames(key: KeySchema): readonly string[] {
  return key.sort === undefined ? [key.partition] : [key.partition, key.sort];
}

/** The part of an item that is its key. */
export function keyPart(key: KeySchema, item: Item): Item {
  return Object.fromEntries(keyNames(key).flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
}

/** One text for one key, e.g. `S4:abcdN1:7`: what rows are kept by. */
export function keyText(key: KeySchema, item: Item): string {
  return keyNames(key)
    .map((name) => valueText(item[name]))
    .join('');
}

/** One text for one key value; lengths keep two values apart. */
export function valueText(value: StoredValue | undefined): string {
  if (!value) return '-';
  const text = String(Object.values(value)[0]);
  return `${typeOf(value)}${text.length}:${text}`;
}

/** Reads the `Key` of a request: exactly the table's key attributes, each of its type. */
export function toKey(table: DynamoTable, given: Readonly<Record<string, AttributeValue>>): Item {
  const key = toStoredItem(given);
  const names = keyNames(table.key);
  const fits =
    Object.keys(key).length === names.length &&
    names.every((name) => key[name] && typeOf(key[name]) === table.attributeTypes[name]);
  if (!fits) throw invalid('The provided key element does not match the schema');
  refuseUnfitKeyValues(table, key);
  return key;
}

/** Checks a whole item against the keys of its table and of every index. */
export function refuseUnfitItem(table: DynamoTable, item: Item): void {
  for (const name of keyNames(table.key)) {
    const value = item[name];
    if (!value) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    const expected = table.attributeTypes[name];
    if (typeOf(value) !== expected) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${typeOf(value)}`,
      );
    }
  }
  refuseUnfitKeyValues(table, item);
  for (const index of table.indexes) {
    for (const name of keyNames(index.key)) {
      const value = item[name];
      const expected = table.attributeTypes[name];
      if (!value || typeOf(value) === expected) continue;
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
  }
}

function refuseUnfitKeyValues(table: DynamoTable, item: Item): void {
  for (const name of keyNames(table.key)) {
    const bytes = sizeOfValue(item[name] as StoredValue);
    if (bytes === 0) {
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
      );
    }
    const isPartition = name === table.key.partition;
    const longest = isPartition ? longestPartitionBytes : longestSortBytes;
    if (bytes <= longest) continue;
    throw invalid(
      isPartition
        ? `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${longest} bytes`
        : `One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${longest} bytes`,
    );
  }
}

/** Partition key values for `dynamodb:LeadingKeys`; none where the table is unknown, which the call itself will say. */
export function leadingKeys(
  world: World,
  nameOrArn: string,
  items: readonly Readonly<Record<string, AttributeValue>>[],
): readonly string[] {
  const partition = findTable(world, tableNameOf(nameOrArn))?.key.partition;
  if (partition === undefined) return [];
  return [...new Set(items.flatMap((item) => leadingKeyText(item[partition])))];
}

function leadingKeyText(value: AttributeValue | undefined): readonly string[] {
  if (value?.S !== undefined) return [value.S];
  if (value?.N !== undefined) return [value.N];
  return value?.B === undefined ? [] : [Buffer.from(value.B).toString('base64')];
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
