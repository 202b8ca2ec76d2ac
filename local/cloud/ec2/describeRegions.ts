import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessToAll } from './access.ts';
import { filtersInput, matcher } from './filters.ts';

/** The model is one region: consoles and tools that list regions find that one, with AllRegions too. */
export const DescribeRegions = operation({
  input: z.strictObject({
    RegionNames: z.array(z.string()).optional(),
    AllRegions: z.boolean().optional(),
    Filters: filtersInput,
  }),
  access: (world) => accessToAll(world, 'DescribeRegions'),
  run: (world, { RegionNames, Filters }) => {
    const stranger = RegionNames?.find((name) => name !== world.region);
    if (stranger !== undefined) throw new AwsError('InvalidParameterValue', `Invalid region: [${stranger}]`);
    const matches = matcher<World>(
      world,
      'DescribeRegions',
      Filters,
      {
        'region-name': ({ region }) => region,
        endpoint: ({ region }) => endpointOf(region),
        'opt-in-status': () => 'opt-in-not-required',
      },
      ({ region }) => region,
    );
    const { region } = world;
    return {
      Regions: matches(world)
        ? [{ RegionName: region, Endpoint: endpointOf(region), OptInStatus: 'opt-in-not-required' }]
        : [],
    };
  },
});

const endpointOf = (region: string): string => `ec2.${region}.amazonaws.com`;
