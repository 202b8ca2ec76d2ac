import * as z from 'zod';
import { operation } from '../operation.ts';
import { itemAccess } from './access.ts';
import type { Item } from './attributeValues.ts';
import { Placeholders } from './expressions/placeholders.ts';
import { allItems } from './items.ts';
import { keyNames, keyText } from './keys.ts';
import { page, parseReading, readInput, startOf } from './reads.ts';
import { activeTable, type DynamoTable, indexNamed } from './tables.ts';

export const Scan = operation({
  input: z.strictObject(readInput),
  access: (world, input) => [
    itemAccess(world, 'Scan', input.TableName, { index: input.IndexName, select: input.Select }),
  ],
  run: (world, input) => {
    const table = activeTable(world, input.TableName);
    const index = input.IndexName === undefined ? undefined : indexNamed(table, input.IndexName);
    const placeholders = new Placeholders(input, [input.FilterExpression, input.ProjectionExpression]);
    const reading = parseReading(input, index, placeholders);
    placeholders.refuseUnused();

    const start = startOf(table, index, input);
    const found = [...allItems(world, table)].filter(
      (item) => !index || keyNames(index.key).every((name) => item[name] !== undefined),
    );
    return page(table, index, input, reading, byHash(table, found, start));
  },
});

/** A scan walks the partitions in the order of a hash, so that a page can continue where an item has been deleted since. */
function byHash(table: DynamoTable, items: readonly Item[], start: Item | undefined): readonly Item[] {
  const place = (item: Item) => {
    const key = keyText(table.key, item);
    return `${hash(key)} ${key}`;
  };
  const from = start ? place(start) : '';
  return items
    .map((item) => ({ item, at: place(item) }))
    .filter(({ at }) => at > from)
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ item }) => item);
}

/** FNV-1a, 32 bits, as eight digits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return (state >>> 0).toString(16).padStart(8, '0');
}
