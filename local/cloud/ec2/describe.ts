import * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { Table } from '../tables.ts';
import type { World } from '../world.ts';
import { type FilterFields, type Filters, filtersInput, matcher } from './filters.ts';
import { type Page, pageOf } from './paging.ts';
import { notFound, type ResourceType } from './resourceTypes.ts';
import { isListed, isVisibleById, type Visible } from './visibility.ts';

/** The parameters that all Describes share besides their ids. */
export const describeInput = {
  Filters: filtersInput,
  MaxResults: z.number().int().optional(),
  NextToken: z.string().optional(),
};

export interface DescribeQuery<Row extends Visible> {
  /** The API's name, for what is not modelled. */
  readonly operation: string;
  readonly type: ResourceType;
  readonly table: Table<Row>;
  readonly ids: readonly string[] | undefined;
  readonly request: {
    readonly Filters?: Filters;
    readonly MaxResults?: number | undefined;
    readonly NextToken?: string | undefined;
  };
  readonly fields: FilterFields<Row>;
  readonly idOf: (row: Row) => string;
  /** Leaves out rows that EC2 no longer shows. */
  readonly shown?: (row: Row) => boolean;
}

/** Answers a Describe as every EC2 noun does: by ids (all must be visible) or everything listed, then filters, then one page. */
export function describeRows<Row extends Visible>(world: World, query: DescribeQuery<Row>): Page<Row> {
  const { operation, ids, request, fields, idOf } = query;
  if (ids !== undefined && ids.length > 0 && request.MaxResults !== undefined) {
    throw new AwsError('InvalidParameterCombination', `The parameter maxResults cannot be used with a list of ids`);
  }
  const matches = matcher(world, operation, request.Filters, fields, idOf);
  const candidates = ids === undefined || ids.length === 0 ? listed(world, query) : named(world, query, ids);
  return pageOf(candidates.filter(matches), request, idOf);
}

function listed<Row extends Visible>(world: World, { table, shown }: DescribeQuery<Row>): Row[] {
  const rows: Row[] = [];
  for (const row of table.rows()) if (isListed(world, row) && (shown?.(row) ?? true)) rows.push(row);
  return rows;
}

function named<Row extends Visible>(
  world: World,
  { table, type, shown }: DescribeQuery<Row>,
  ids: readonly string[],
): Row[] {
  return [...new Set(ids)].map((id) => {
    const row = table.get(id);
    if (!row || !isVisibleById(world, row) || shown?.(row) === false) throw notFound(type, id);
    return row;
  });
}
