import type { ExistingVpc, Facts } from '../facts/facts.ts';
import { zoneRanges } from '../network/addressPlan.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { SubnetBlueprint, VpcBlueprint } from './blueprint.ts';
import { kubernetesClusterTag } from './tags.ts';

/** The VPC: made from the spec's range, or the one that is there. */
export function vpcBlueprint(spec: ClusterSpec, facts: Facts): VpcBlueprint {
  const { vpc } = spec.spec.network;
  if ('cidr' in vpc) return { kind: 'created', key: 'main', cidr: vpc.cidr };
  return { kind: 'existing', vpcId: vpc.id, cidrs: existingVpc(facts).cidrs };
}

/** The subnets of every zone. */
export function subnetBlueprints(spec: ClusterSpec, facts: Facts): readonly SubnetBlueprint[] {
  const { network, zones } = spec.spec;
  const { vpc } = network;
  if ('id' in vpc) return existingSubnets(spec, existingVpc(facts));
  return zones.flatMap((zone, index) => createdSubnets(facts.clusterId, zone, zoneRanges(vpc.cidr, index)));
}

/** Subnets for workers, balancers and endpoints, in the zones named. */
export function privateSubnetKeys(subnets: readonly SubnetBlueprint[], zones: readonly string[]): readonly string[] {
  return subnets.filter(({ key, zone }) => key.startsWith('private-') && zones.includes(zone)).map(({ key }) => key);
}

/** One subnet a zone: load balancers and interface endpoints take no second one in the same zone. */
export function oneSubnetPerZone(
  subnets: readonly SubnetBlueprint[],
  zones: readonly string[],
  access: 'public' | 'private',
): readonly string[] {
  return zones.flatMap((zone) => {
    const first = subnets.find((subnet) => subnet.zone === zone && subnet.key.startsWith(`${access}-`));
    return first === undefined ? [] : [first.key];
  });
}

/** Where the slots of a zone are: the zone's control subnet, or the first private one of an existing VPC. */
export function slotSubnet(subnets: readonly SubnetBlueprint[], zone: string): SubnetBlueprint {
  const ofZone = subnets.filter((subnet) => subnet.zone === zone && subnet.access === 'private');
  const found = ofZone.find(({ key }) => key.startsWith('control-')) ?? ofZone[0];
  if (found === undefined) throw new RangeError(`no private subnet in ${zone}`);
  return found;
}

function createdSubnets(
  clusterId: string,
  zone: string,
  ranges: { public: string; control: string; private: string },
): readonly SubnetBlueprint[] {
  const ours = { [kubernetesClusterTag(clusterId)]: 'owned' };
  return [
    {
      key: `public-${zone}`,
      zone,
      access: 'public',
      cidr: ranges.public,
      tags: { ...ours, 'kubernetes.io/role/elb': '1' },
    },
    { key: `control-${zone}`, zone, access: 'private', cidr: ranges.control, tags: {} },
    {
      key: `private-${zone}`,
      zone,
      access: 'private',
      cidr: ranges.private,
      tags: { ...ours, 'kubernetes.io/role/internal-elb': '1' },
    },
  ];
}

/** Subnets of somebody else get no tags of ours. The first of a zone has the plain key, later ones are numbered. */
function existingSubnets(spec: ClusterSpec, vpc: ExistingVpc): readonly SubnetBlueprint[] {
  const { zones, network } = spec.spec;
  const named = 'id' in network.vpc ? network.vpc.subnets : { private: [], public: [] };
  return zones.flatMap((zone) =>
    (['public', 'private'] as const).flatMap((access) =>
      vpc.subnets
        .filter((subnet) => subnet.zone === zone && named[access].includes(subnet.subnetId))
        .map(({ subnetId, cidr }, index) => ({
          key: index === 0 ? `${access}-${zone}` : `${access}-${zone}-${index + 1}`,
          zone,
          access,
          cidr,
          existingSubnetId: subnetId,
          tags: {},
        })),
    ),
  );
}

function existingVpc(facts: Facts): ExistingVpc {
  if (facts.existingVpc === undefined) throw new RangeError('the existing VPC was not looked up');
  return facts.existingVpc;
}
