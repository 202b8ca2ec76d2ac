import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { accessToAll } from './access.ts';
import { filtersInput, matcher } from './filters.ts';

export const DescribeAvailabilityZones = operation({
  input: z.strictObject({
    ZoneNames: z.array(z.string()).optional(),
    ZoneIds: z.array(z.string()).optional(),
    Filters: filtersInput,
  }),
  access: (world) => accessToAll(world, 'DescribeAvailabilityZones'),
  run: (world, { ZoneNames, ZoneIds, Filters }) => {
    for (const name of ZoneNames ?? []) {
      if (world.zones.some((zone) => zone.name === name)) continue;
      throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${name}]`);
    }
    const matches = matcher<(typeof world.zones)[number]>(
      world,
      'DescribeAvailabilityZones',
      Filters,
      {
        'zone-name': (zone) => zone.name,
        'zone-id': (zone) => zone.id,
        'zone-type': () => 'availability-zone',
        'region-name': () => world.region,
        state: () => 'available',
        'opt-in-status': () => 'opt-in-not-required',
      },
      (zone) => zone.name,
    );
    const found = world.zones.filter(
      (zone) => (ZoneNames?.includes(zone.name) ?? true) && (ZoneIds?.includes(zone.id) ?? true) && matches(zone),
    );
    return {
      AvailabilityZones: found.map((zone) => ({
        ZoneName: zone.name,
        ZoneId: zone.id,
        ZoneType: 'availability-zone',
        RegionName: world.region,
        GroupName: world.region,
        NetworkBorderGroup: world.region,
        State: 'available',
        OptInStatus: 'opt-in-not-required',
        Messages: [],
      })),
    };
  },
});
