import type { Table } from '../tables.ts';
import { nowOf, type World } from '../world.ts';
import type { Item, StoredValue } from './attributeValues.ts';
import { keyText, valueText } from './keys.ts';
import type { DynamoTable, KeySchema } from './tables.ts';

/**
 * Items of a table by their key, and beside them, for the table itself and each index, which keys a partition holds:
 * a query reads one partition and never the table.
 */
const itemsOf = (world: World, table: DynamoTable): Table<Item> => world.tables.table(`dynamodb.items/${table.id}`);

/** Keys of one partition, of the table (`index` empty) or of an index. */
const partitionOf = (world: World, table: DynamoTable, index: string, partition: string): Table<1> =>
  world.tables.table(`dynamodb.partitions/${table.id}/${index}/${partition}`);

/** Expired items are usually gone within two days (source: developer guide, "Using time to live"). */
const expiredItemsStayMilliseconds = 48 * 3_600_000;

/** The item under this key. */
export function readItem(world: World, table: DynamoTable, key: Item): Item | undefined {
  const item = itemsOf(world, table).get(keyText(table.key, key));
  return item && !hasExpired(world, table, item) ? item : undefined;
}

/** Puts an item in the place of the one with its key. */
export function writeItem(world: World, table: DynamoTable, item: Item): void {
  const key = keyText(table.key, item);
  const before = itemsOf(world, table).get(key);
  itemsOf(world, table).put(key, item);
  for (const [index, schema] of schemasOf(table)) {
    const from = before && partitionText(schema, before);
    const to = partitionText(schema, item);
    if (from === to) continue;
    if (from !== undefined) partitionOf(world, table, index, from).delete(key);
    if (to !== undefined) partitionOf(world, table, index, to).put(key, 1);
  }
}

/** Removes the item under this key, if there is one. */
export function deleteItem(world: World, table: DynamoTable, keyItem: Item): void {
  const key = keyText(table.key, keyItem);
  const before = itemsOf(world, table).get(key);
  if (!before) return;
  itemsOf(world, table).delete(key);
  for (const [index, schema] of schemasOf(table)) {
    const from = partitionText(schema, before);
    if (from !== undefined) partitionOf(world, table, index, from).delete(key);
  }
}

/** The items of one partition of the table (`index` empty) or of an index, in no order. */
export function* itemsInPartition(
  world: World,
  table: DynamoTable,
  index: string,
  partition: StoredValue,
): IterableIterator<Item> {
  const items = itemsOf(world, table);
  for (const [key] of partitionOf(world, table, index, valueText(partition)).entries()) {
    const item = items.get(key);
    if (item && !hasExpired(world, table, item)) yield item;
  }
}

/** Every item of the table, in no order. */
export function* allItems(world: World, table: DynamoTable): IterableIterator<Item> {
  for (const item of itemsOf(world, table).rows()) if (!hasExpired(world, table, item)) yield item;
}

export function itemCount(world: World, table: DynamoTable): number {
  return itemsOf(world, table).size;
}

/** Empties a table that is being deleted. */
export function deleteAllItems(world: World, table: DynamoTable): void {
  for (const item of [...itemsOf(world, table).rows()]) deleteItem(world, table, item);
}

function schemasOf(table: DynamoTable): readonly (readonly [string, KeySchema])[] {
  return [['', table.key], ...table.indexes.map((index) => [index.name, index.key] as const)];
}

/** The item's place in an index; undefined where it lacks one of the index's keys, so that the index is sparse. */
function partitionText(schema: KeySchema, item: Item): string | undefined {
  if (schema.sort !== undefined && !item[schema.sort]) return undefined;
  const value = item[schema.partition];
  return value && valueText(value);
}

function hasExpired(world: World, table: DynamoTable, item: Item): boolean {
  const setting = table.timeToLive;
  if (!setting?.enabled) return false;
  const value = item[setting.attribute];
  if (!value || !('N' in value)) return false;
  return Number(value.N) * 1000 + expiredItemsStayMilliseconds <= nowOf(world);
}
