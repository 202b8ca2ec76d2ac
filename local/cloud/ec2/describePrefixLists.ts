import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessToAll } from './access.ts';
import { type FilterFields, filtersInput, matcher } from './filters.ts';
import { pageOf } from './paging.ts';
import { gatewayServices, prefixListOf } from './vpcEndpoints.ts';

/** Ranges behind the prefix lists: some of AWS's, which change (source: ip-ranges.json, us-east-1). */
const ranges: Readonly<Record<string, readonly string[]>> = {
  s3: ['52.216.0.0/15', '54.231.0.0/16'],
  dynamodb: ['52.94.0.0/22', '52.119.224.0/20'],
};

interface PrefixListRow {
  readonly id: string;
  readonly name: string;
  readonly cidrs: readonly string[];
}

/** The lists that AWS manages for services with gateway endpoints. */
const rowsIn = (world: World): readonly PrefixListRow[] =>
  gatewayServices.map((service) => {
    const name = `com.amazonaws.${world.region}.${service}`;
    return { id: prefixListOf(world, name) ?? '', name, cidrs: ranges[service] ?? [] };
  });

const fields: FilterFields<PrefixListRow> = {
  'prefix-list-id': ({ id }) => id,
  'prefix-list-name': ({ name }) => name,
};

export const DescribePrefixLists = operation({
  input: z.strictObject({
    PrefixListIds: z.array(z.string()).optional(),
    Filters: filtersInput,
    MaxResults: z.number().int().optional(),
    NextToken: z.string().optional(),
  }),
  access: (world) => accessToAll(world, 'DescribePrefixLists'),
  run: (world, request) => {
    const all = rowsIn(world);
    const missing = request.PrefixListIds?.find((id) => !all.some((row) => row.id === id));
    if (missing !== undefined)
      throw new AwsError('InvalidPrefixListId.NotFound', `The prefix list ID '${missing}' does not exist`);
    const idOf = ({ id }: PrefixListRow) => id;
    const matches = matcher(world, 'DescribePrefixLists', request.Filters, fields, idOf);
    const named = all.filter(({ id }) => request.PrefixListIds?.includes(id) ?? true);
    const { rows, nextToken } = pageOf(named.filter(matches), request, idOf);
    return {
      PrefixLists: rows.map(({ id, name, cidrs }) => ({ PrefixListId: id, PrefixListName: name, Cidrs: [...cidrs] })),
      NextToken: nextToken,
    };
  },
});
