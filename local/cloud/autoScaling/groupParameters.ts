import type { LaunchParameters } from '../ec2/launchParameters.ts';
import { freeAddressCount } from '../ec2/privateAddresses.ts';
import { subnetOf } from '../ec2/subnets.ts';
import type { World } from '../world.ts';
import type { LaunchChoice } from './groupLaunch.ts';
import type { GroupRow } from './groups.ts';
import type { MemberRow } from './members.ts';

export interface GroupLaunchPlace {
  readonly choice: LaunchChoice;
  readonly market: MemberRow['market'];
  readonly zone: string;
}

/** The template's parameters with what the group adds: a subnet of the zone, its tags, the market. */
export function groupParameters(
  world: World,
  group: Pick<GroupRow, 'tags' | 'subnetIds'>,
  { choice, market, zone }: GroupLaunchPlace,
): LaunchParameters {
  const { parameters } = choice;
  const propagated = group.tags
    .filter(({ propagates }) => propagates)
    .map(({ key, value }) => ({ Key: key, Value: value }));
  const withTags = mergedInstanceTags(parameters, propagated);
  const withMarket: LaunchParameters =
    market === 'spot' ? { ...withTags, InstanceMarketOptions: { MarketType: 'spot' } } : withTags;
  const subnetId = roomiestSubnet(world, group, zone);
  if (subnetId === undefined) return { ...withMarket, Placement: { ...withMarket.Placement, AvailabilityZone: zone } };
  if (!withMarket.NetworkInterfaces?.length) return { ...withMarket, SubnetId: subnetId };
  const NetworkInterfaces = withMarket.NetworkInterfaces.map((each) => ({ ...each, SubnetId: subnetId }));
  return { ...withMarket, NetworkInterfaces };
}

/** The group's tags win over the template's of the same key (source: Auto Scaling user guide, "Tag groups and instances"). */
function mergedInstanceTags(parameters: LaunchParameters, tags: { Key: string; Value: string }[]): LaunchParameters {
  const specifications = parameters.TagSpecifications ?? [];
  const ofInstance = specifications
    .filter(({ ResourceType }) => ResourceType === 'instance')
    .flatMap(({ Tags }) => Tags);
  const merged = new Map([...ofInstance, ...tags].map((tag) => [tag.Key, tag]));
  const others = specifications.filter(({ ResourceType }) => ResourceType !== 'instance');
  if (merged.size === 0) return parameters;
  return { ...parameters, TagSpecifications: [...others, { ResourceType: 'instance', Tags: [...merged.values()] }] };
}

/** The subnet of the group with most free addresses in a zone; undefined where the group has zones only. */
export function roomiestSubnet(world: World, group: Pick<GroupRow, 'subnetIds'>, zone: string): string | undefined {
  const inZone = group.subnetIds.map((id) => subnetOf(world, id)).filter((subnet) => subnet.zone.name === zone);
  const [roomiest] = inZone.sort((left, right) => freeAddressCount(world, right) - freeAddressCount(world, left));
  return roomiest?.subnetId;
}
