import { limits } from '../../awsLimits.ts';
import { NODE_MASK_SIZE } from '../../blueprint/kubernetes.ts';
import { masterCount, maximumWorkers } from '../../blueprint/sizing.ts';
import {
  MAXIMUM_ZONES,
  NARROWEST_VPC_PREFIX,
  nodeCapacity,
  usableAddresses,
  zoneRanges,
} from '../../network/addressPlan.ts';
import { type Cidr, cidrOf, overlaps } from '../../network/cidr.ts';
import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';
import { type Check, problemAt } from './check.ts';

/** Ranges do not overlap and have room for what they must hold. */
export const checkAddresses: Check = (document, facts) => {
  const { network } = document.spec;
  const vpcCidrs = 'cidr' in network.vpc ? [network.vpc.cidr] : (facts?.existingVpc?.cidrs ?? []);
  const vpcPath: Path = ['network', 'vpc', 'cidr' in network.vpc ? 'cidr' : 'id'];
  const ranges: readonly NamedRange[] = [
    ...vpcCidrs.map((cidr) => ({ path: vpcPath, what: 'the VPC', cidr })),
    { path: ['network', 'podCIDR'], what: 'the pods', cidr: network.podCIDR },
    { path: ['network', 'serviceCIDR'], what: 'the Services', cidr: network.serviceCIDR },
  ];
  return [
    ...ranges.flatMap(specialAddresses),
    ...ranges.flatMap((range, index) => ranges.slice(0, index).flatMap((other) => overlapProblem(range, other))),
    ...prefixProblems(document),
    ...podRoom(document),
    ...subnetRoom(document),
  ];
};

interface NamedRange {
  readonly path: Path;
  readonly what: string;
  readonly cidr: string;
}

/** Addresses that never name a machine or a pod (source: IANA's registry of special-purpose addresses). */
const special = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];

function specialAddresses({ path, cidr }: NamedRange): readonly SpecProblem[] {
  const hit = special.find((range) => overlaps(cidrOf(range), cidrOf(cidr)));
  if (hit === undefined) return [];
  return [
    problemAt(
      path,
      cidr,
      `a range outside ${hit}, which has a meaning of its own`,
      'Use a private range such as 10.0.0.0/16 or 100.96.0.0/11.',
    ),
  ];
}

function overlapProblem(range: NamedRange, other: NamedRange): readonly SpecProblem[] {
  if (!overlaps(cidrOf(range.cidr), cidrOf(other.cidr))) return [];
  return [
    problemAt(
      range.path,
      range.cidr,
      `a range that shares no address with ${other.what} (${other.cidr})`,
      `Move ${range.what}, or ${other.what}: an address may mean one thing only.`,
    ),
  ];
}

/** kube-apiserver takes no range beyond /12; the node range controller no more than 16 bits between cluster and node. */
const SERVICE_PREFIXES = { widest: 12, narrowest: 24 } as const;
const POD_PREFIXES = { widest: NODE_MASK_SIZE - 16, narrowest: NODE_MASK_SIZE - 1 } as const;

function prefixProblems({ spec: { network } }: ClusterSpec): readonly SpecProblem[] {
  const between = (
    path: Path,
    cidr: string,
    { widest, narrowest }: { widest: number; narrowest: number },
    remedy: string,
  ) => {
    const { prefix } = cidrOf(cidr);
    return prefix >= widest && prefix <= narrowest
      ? []
      : [problemAt(path, cidr, `a prefix from /${widest} to /${narrowest}`, remedy)];
  };
  const vpcPrefixes = { widest: limits.widestVpc.value, narrowest: NARROWEST_VPC_PREFIX };
  return [
    ...('cidr' in network.vpc
      ? between(
          ['network', 'vpc', 'cidr'],
          network.vpc.cidr,
          vpcPrefixes,
          'AWS makes no VPC beyond /16; the subnets of up to seven zones need a /21. Use a /16 unless addresses are short.',
        )
      : []),
    ...between(['network', 'serviceCIDR'], network.serviceCIDR, SERVICE_PREFIXES, 'Use a /16: 65,536 Services.'),
    ...between(['network', 'podCIDR'], network.podCIDR, POD_PREFIXES, 'Use a /11 for 8,192 nodes, a /16 for 256.'),
  ];
}

function podRoom(document: ClusterSpec): readonly SpecProblem[] {
  const { podCIDR } = document.spec.network;
  const nodes = maximumWorkers(document) + masterCount(document);
  const room = nodeCapacity(podCIDR, NODE_MASK_SIZE);
  if (nodes <= room) return [];
  const prefix = NODE_MASK_SIZE - Math.ceil(Math.log2(nodes));
  return [
    problemAt(
      ['network', 'podCIDR'],
      podCIDR,
      `a range with a /${NODE_MASK_SIZE} for each of ${nodes} nodes (masters and the groups' max); this one has ${room}`,
      `Use a /${prefix} or wider, or lower the groups' max. It cannot be changed later.`,
    ),
  ];
}

/** Load balancers and endpoints share the zone's private subnet with the workers. */
const KEPT_FOR_AWS = 16;

function subnetRoom(document: ClusterSpec): readonly SpecProblem[] {
  const { network, zones } = document.spec;
  const { vpc } = network;
  if ('id' in vpc || cidrOf(vpc.cidr).prefix > NARROWEST_VPC_PREFIX) return [];
  return zones.slice(0, MAXIMUM_ZONES).flatMap((zone, index) => {
    const subnet = cidrOf(zoneRanges(vpc.cidr, index).private);
    const needed = workersIn(document, zone) + KEPT_FOR_AWS;
    return needed <= usableAddresses(subnet) ? [] : [tooSmall(vpc.cidr, zone, needed, subnet)];
  });
}

function tooSmall(vpcCidr: string, zone: string, needed: number, subnet: Cidr): SpecProblem {
  return problemAt(
    ['network', 'vpc', 'cidr'],
    vpcCidr,
    `a range whose part for ${zone} has ${needed} addresses; this one has ${usableAddresses(subnet)}`,
    'Use a wider range (a /16 has 8,187 a zone), spread the groups over more zones, or lower their max.',
  );
}

/** The maximum number of workers in a zone while the groups are spread evenly. */
export function workersIn({ spec }: ClusterSpec, zone: string): number {
  return spec.nodeGroups
    .map((group) => ({ max: group.max, zones: group.zones ?? spec.zones }))
    .filter(({ zones }) => zones.includes(zone))
    .reduce((sum, { max, zones }) => sum + Math.ceil(max / zones.length), 0);
}
