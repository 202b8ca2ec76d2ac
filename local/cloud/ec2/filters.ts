import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import type { World } from '../world.ts';
import { tagsOf } from './tags.ts';

/** The `Filters` parameter of every Describe. */
export const filtersInput = z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()) })).optional();

export type Filters = z.infer<typeof filtersInput>;

type FilterValue = string | number | boolean | undefined;

/** What a row shows under each filter name that the model knows; several values match when one does. */
export type FilterFields<Row> = Readonly<
  Record<string, (row: Row, world: World) => FilterValue | readonly FilterValue[]>
>;

/** Source: EC2 user guide, "List and filter your resources". */
const maximumFilterValues = 200;

/**
 * The test that all filters together put a row to. Names other than `tag:KEY`, `tag-key` and the given fields are
 * NotModelled, so that no caller believes a filter that did nothing.
 */
export function matcher<Row>(
  world: World,
  operation: string,
  filters: Filters,
  fields: FilterFields<Row>,
  idOf: (row: Row) => string,
): (row: Row) => boolean {
  const total = (filters ?? []).reduce((sum, filter) => sum + filter.Values.length, 0);
  if (total > maximumFilterValues) {
    throw new AwsError('FilterLimitExceeded', `The maximum number of filter values specified on a single call is 200.`);
  }
  const tests = (filters ?? []).map(({ Name, Values }) => {
    if (Values.length === 0) throw new AwsError('InvalidParameterValue', `The filter '${Name}' has no values`);
    const patterns = Values.map(wildcard);
    const matches = (value: FilterValue) => value !== undefined && patterns.some((pattern) => pattern(String(value)));
    return { matches, values: valuesUnder(world, operation, Name, fields, idOf) };
  });
  return (row) =>
    tests.every(({ matches, values }) => {
      const found = values(row);
      return Array.isArray(found) ? found.some(matches) : matches(found as FilterValue);
    });
}

function valuesUnder<Row>(
  world: World,
  operation: string,
  name: string,
  fields: FilterFields<Row>,
  idOf: (row: Row) => string,
): (row: Row) => FilterValue | readonly FilterValue[] {
  const field = fields[name];
  if (field) return (row) => field(row, world);
  if (name === 'tag-key') return (row) => Object.keys(tagsOf(world, idOf(row)));
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (row) => tagsOf(world, idOf(row))[key];
  }
  throw new NotModelled('ec2', operation, `Filters ${name}`);
}

/** `*` stands for any characters, `?` for one; a backslash takes their meaning away. */
function wildcard(pattern: string): (value: string) => boolean {
  if (!/[*?\\]/.test(pattern)) return (value) => value === pattern;
  const source = pattern.replace(/\\([*?\\])|[*]|[?]|[.+^${}()|[\]\\]/g, (found, escaped?: string) => {
    if (escaped) return `\\${escaped}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (value) => expression.test(value);
}
