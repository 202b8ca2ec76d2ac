import { limits, type Quota, quotas } from '../../awsLimits.ts';
import { desiredSize } from '../../blueprint/nodeGroups.ts';
import { controlPlaneSizing, masterCount, maximumWorkers } from '../../blueprint/sizing.ts';
import type { Facts } from '../../facts/facts.ts';
import { vCpuQuotaOf, vCpusOf } from '../../spec/instanceTypes.ts';
import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec, NodeGroupSpec } from '../../spec/schema.ts';
import { type Check, problemAt } from './check.ts';

/** What the cluster takes of one quota of the account. */
interface Demand {
  readonly quota: Quota;
  readonly needed: number;
  readonly path: Path;
  /** Another way than raising the quota. */
  readonly otherwise: string;
}

/** The account's quotas leave room. A quota that was not looked up is not judged. */
export const checkQuotas: Check = (document, facts) => {
  if (document.spec.region !== facts?.region) return [];
  const demands = [...demandsOf(document), ...routeDemand(document), ...vCpuDemands(document)];
  return demands.flatMap((demand) => quotaProblem(demand, facts));
};

function quotaProblem({ quota, needed, path, otherwise }: Demand, facts: Facts): readonly SpecProblem[] {
  const { code, service, name } = quota;
  const value = facts.quotas[code];
  const used = facts.usage?.[code] ?? 0;
  if (value === undefined || needed === 0 || used + needed <= value) return [];
  const inUse = used === 0 ? '' : `, of which ${used} in use`;
  return [
    problemAt(
      path,
      `a need of ${needed} (${name})`,
      `${value}${inUse}, by the quota "${name}" in ${facts.region}`,
      `Raise it: aws service-quotas request-service-quota-increase --region ${facts.region} --service-code ${service} --quota-code ${code} --desired-value ${used + needed}. ${otherwise}`,
    ),
  ];
}

function demandsOf(document: ClusterSpec): readonly Demand[] {
  const { network, zones } = document.spec;
  const isOurs = 'cidr' in network.vpc;
  const perZone = network.natGateways === 'perZone';
  const nats = isOurs ? (perZone ? zones.length : 1) : 0;
  const vpc: Path = ['network', 'vpc'];
  const sharing = 'Or delete one that nobody needs, or give the id of a VPC that is there.';
  const oneNat = perZone ? 'Or set spec.network.natGateways to single.' : 'Or release one that nobody needs.';
  const groups: Path = ['nodeGroups'];
  const smaller = 'Or use smaller volumes.';
  const volumes = volumesOf(document);
  return [
    { quota: quotas.vpcs, needed: isOurs ? 1 : 0, path: vpc, otherwise: sharing },
    { quota: quotas.internetGateways, needed: isOurs ? 1 : 0, path: vpc, otherwise: sharing },
    { quota: quotas.elasticAddresses, needed: nats, path: ['network', 'natGateways'], otherwise: oneNat },
    { quota: quotas.networkLoadBalancers, needed: 1, path: ['api'], otherwise: 'Or delete one that nobody needs.' },
    {
      quota: quotas.autoScalingGroups,
      needed: document.spec.nodeGroups.length,
      path: groups,
      otherwise: 'Or join groups.',
    },
    {
      quota: quotas.networkInterfaces,
      needed: machinesAtFirst(document),
      path: groups,
      otherwise: 'Or begin with fewer nodes.',
    },
    { quota: quotas.gp3Storage, needed: tebibytes(volumes, 'gp3'), path: groups, otherwise: smaller },
    { quota: quotas.io2Storage, needed: tebibytes(volumes, 'io2'), path: groups, otherwise: smaller },
    {
      quota: quotas.io2Iops,
      needed: volumes.filter(({ type }) => type === 'io2').reduce((sum, { count, iops }) => sum + count * iops, 0),
      path: ['etcd', 'volume'],
      otherwise: 'Or use volumes with fewer iops.',
    },
  ];
}

/** Each node takes a route; the table's own are the VPC itself, the way out, and one for each gateway endpoint. */
function routeDemand(document: ClusterSpec): readonly Demand[] {
  const { network } = document.spec;
  if (network.plugin !== 'routed') return [];
  const own = 2 + (network.endpoints.gateway ?? ['s3']).length;
  return [
    {
      quota: quotas.routesPerTable,
      needed: maximumWorkers(document) + masterCount(document) + own,
      path: ['network', 'plugin'],
      otherwise: `AWS grants at most ${limits.routes.value}. Or set spec.network.plugin to flannel, or lower the max of the groups.`,
    },
  ];
}

const memberMachines = ({ spec: { etcd } }: ClusterSpec): number => (etcd.placement === 'dedicated' ? etcd.members : 0);

function machinesAtFirst(document: ClusterSpec): number {
  const workers = document.spec.nodeGroups.reduce((sum, group) => sum + desiredSize(group), 0);
  return masterCount(document) + memberMachines(document) + workers;
}

/** Machines of which each is of one of these types; which of them AWS picks is not known before. */
interface Machines {
  readonly types: readonly string[];
  readonly market: 'onDemand' | 'spot';
  readonly count: number;
}

/** What runs after a create. */
function machinesOf(document: ClusterSpec): readonly Machines[] {
  const { master, dedicatedEtcd } = controlPlaneSizing(document);
  const groups = document.spec.nodeGroups.flatMap((group): readonly Machines[] => {
    const onDemand = onDemandMachines(group);
    const types = group.instanceTypes;
    return [
      { types, market: 'onDemand', count: onDemand },
      { types, market: 'spot', count: desiredSize(group) - onDemand },
    ];
  });
  return [
    { types: [master], market: 'onDemand', count: masterCount(document) },
    { types: [dedicatedEtcd], market: 'onDemand', count: memberMachines(document) },
    ...groups,
  ];
}

/** By the largest type of each quota that a group names. */
function vCpuDemands(document: ClusterSpec): readonly Demand[] {
  const needed = new Map<Quota, number>();
  for (const { types, market, count } of machinesOf(document)) {
    const largest = new Map<Quota, number>();
    for (const type of types) {
      const quota = vCpuQuotaOf(type)?.[market];
      if (quota !== undefined) largest.set(quota, Math.max(largest.get(quota) ?? 0, vCpusOf(type) ?? 0));
    }
    for (const [quota, vCpus] of largest) needed.set(quota, (needed.get(quota) ?? 0) + count * vCpus);
  }
  const codes = [...new Set([...needed.keys()].map(({ code }) => code))];
  return codes.flatMap((code) => {
    const same = [...needed].filter(([quota]) => quota.code === code);
    const [quota] = same[0] ?? [];
    if (quota === undefined) return [];
    const sum = same.reduce((total, [, vCpus]) => total + vCpus, 0);
    const otherwise = 'Or begin with fewer or smaller machines.';
    return [{ quota, needed: sum, path: ['nodeGroups'], otherwise }];
  });
}

/** Types whose machines no quota judges here, because their family, market or number of processors is unknown to kubestep. */
export function unjudgedTypes(document: ClusterSpec): readonly string[] {
  const unjudged = machinesOf(document)
    .filter(({ count }) => count > 0)
    .flatMap(({ types, market }) =>
      types.filter((type) => vCpuQuotaOf(type)?.[market] === undefined || vCpusOf(type) === undefined),
    );
  return [...new Set(unjudged)];
}

/** Auto Scaling rounds the On-Demand share above the base up. */
export function onDemandMachines(group: NodeGroupSpec): number {
  const { spot } = group;
  const size = desiredSize(group);
  const base = Math.min(spot.onDemandBase, size);
  return base + Math.ceil(((size - base) * (100 - spot.percentAboveBase)) / 100);
}

interface CountedVolume {
  readonly type: 'gp3' | 'io2';
  readonly sizeGiB: number;
  readonly iops: number;
  readonly count: number;
}

function volumesOf(document: ClusterSpec): readonly CountedVolume[] {
  const { controlPlane, nodeGroups, etcd } = document.spec;
  const { etcdVolume } = controlPlaneSizing(document);
  return [
    { ...controlPlane.rootVolume, count: masterCount(document) + memberMachines(document) },
    { ...etcdVolume, count: etcd.members },
    ...nodeGroups.map((group) => ({ ...group.rootVolume, count: desiredSize(group) })),
  ];
}

/** In TiB, as the quotas are, rounded up to a tenth. */
function tebibytes(volumes: readonly CountedVolume[], wanted: 'gp3' | 'io2'): number {
  const sizeGiB = volumes
    .filter(({ type }) => type === wanted)
    .reduce((sum, { count, sizeGiB: each }) => sum + count * each, 0);
  return Math.ceil((sizeGiB / 1024) * 10) / 10;
}
