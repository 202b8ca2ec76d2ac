import { desiredSize } from '../../blueprint/nodeGroups.ts';
import type { Facts } from '../../blueprint/plan.ts';
import { isStandardFamily, vCpusOf } from '../instanceTypes.ts';
import type { Path, SpecProblem } from '../problems.ts';
import type { ClusterSpec, NodeGroupSpec } from '../schema.ts';
import { controlPlaneSizing, masterCount, maximumWorkers } from '../sizing.ts';
import { type Check, problemAt } from './check.ts';

/** What the cluster takes of one quota of the account. */
interface Demand {
  /** Code in Service Quotas. */
  readonly code: string;
  readonly name: string;
  readonly service: string;
  readonly needed: number;
  readonly path: Path;
  /** Another way than raising the quota. */
  readonly otherwise: string;
}

/** The account's quotas leave room. A quota that was not looked up is not judged. */
export const checkQuotas: Check = (document, facts) => {
  if (document.spec.region !== facts?.region) return [];
  return [...demandsOf(document), ...routeDemand(document)].flatMap((demand) => quotaProblem(demand, facts));
};

function quotaProblem({ code, name, service, needed, path, otherwise }: Demand, facts: Facts): readonly SpecProblem[] {
  const quota = facts.quotas[code];
  const used = facts.usage?.[code] ?? 0;
  if (quota === undefined || needed === 0 || used + needed <= quota) return [];
  const inUse = used === 0 ? '' : `, of which ${used} in use`;
  return [
    problemAt(
      path,
      `a need of ${needed} (${name})`,
      `${quota}${inUse}, by the quota "${name}" in ${facts.region}`,
      `Raise it: aws service-quotas request-service-quota-increase --region ${facts.region} --service-code ${service} --quota-code ${code} --desired-value ${used + needed}. ${otherwise}`,
    ),
  ];
}

/** Codes and names: Service Quotas, us-east-1. */
function demandsOf(document: ClusterSpec): readonly Demand[] {
  const { network, zones } = document.spec;
  const isOurs = 'cidr' in network.vpc;
  const perZone = network.natGateways === 'perZone';
  const nats = isOurs ? (perZone ? zones.length : 1) : 0;
  const vpc: Path = ['network', 'vpc'];
  const sharing = 'Or delete one that nobody needs, or give the id of a VPC that is there.';
  const oneNat = perZone ? 'Or set spec.network.natGateways to single.' : 'Or release one that nobody needs.';
  return [
    {
      code: 'L-F678F1CE',
      name: 'VPCs per Region',
      service: 'vpc',
      needed: isOurs ? 1 : 0,
      path: vpc,
      otherwise: sharing,
    },
    {
      code: 'L-A4707A72',
      name: 'Internet gateways per Region',
      service: 'vpc',
      needed: isOurs ? 1 : 0,
      path: vpc,
      otherwise: sharing,
    },
    {
      code: 'L-0263D0A3',
      name: 'EC2-VPC Elastic IPs',
      service: 'ec2',
      needed: nats,
      path: ['network', 'natGateways'],
      otherwise: oneNat,
    },
    {
      code: 'L-69A177A2',
      name: 'Network Load Balancers per Region',
      service: 'elasticloadbalancing',
      needed: 1,
      path: ['api'],
      otherwise: 'Or delete one that nobody needs.',
    },
    {
      code: 'L-CDE20ADC',
      name: 'Auto Scaling groups per region',
      service: 'autoscaling',
      needed: document.spec.nodeGroups.length,
      path: ['nodeGroups'],
      otherwise: 'Or join groups.',
    },
    {
      code: 'L-DF5E4CA3',
      name: 'Network interfaces per Region',
      service: 'vpc',
      needed: machinesAtFirst(document),
      path: ['nodeGroups'],
      otherwise: 'Or begin with fewer nodes.',
    },
    {
      code: 'L-1216C47A',
      name: 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
      service: 'ec2',
      needed: vCpus(document).onDemand,
      path: ['nodeGroups'],
      otherwise: 'Or begin with fewer or smaller machines.',
    },
    {
      code: 'L-34B43A08',
      name: 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
      service: 'ec2',
      needed: vCpus(document).spot,
      path: ['nodeGroups'],
      otherwise: 'Or begin with fewer or smaller machines.',
    },
    {
      code: 'L-7A658B76',
      name: 'Storage for General Purpose SSD (gp3) volumes, in TiB',
      service: 'ebs',
      needed: gp3TiB(document),
      path: ['nodeGroups'],
      otherwise: 'Or use smaller root volumes.',
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
      code: 'L-93826ACB',
      name: 'Routes per route table',
      service: 'vpc',
      needed: maximumWorkers(document) + masterCount(document) + own,
      path: ['network', 'plugin'],
      otherwise: 'AWS grants at most 1,000. Or set spec.network.plugin to flannel, or lower the max of the groups.',
    },
  ];
}

const memberMachines = ({ spec: { etcd } }: ClusterSpec): number => (etcd.placement === 'dedicated' ? etcd.members : 0);

function machinesAtFirst(document: ClusterSpec): number {
  const workers = document.spec.nodeGroups.reduce((sum, group) => sum + desiredSize(group), 0);
  return masterCount(document) + memberMachines(document) + workers;
}

/** What runs after a create, by the largest type of each group: which of them AWS picks is not known before. */
function vCpus(document: ClusterSpec): { readonly onDemand: number; readonly spot: number } {
  const { master, dedicatedEtcd } = controlPlaneSizing(document);
  const control =
    masterCount(document) * standardVCpus(master) + memberMachines(document) * standardVCpus(dedicatedEtcd);
  const groups = document.spec.nodeGroups.map((group) => {
    const each = Math.max(...group.instanceTypes.map(standardVCpus));
    const onDemand = onDemandMachines(group);
    return { onDemand: onDemand * each, spot: (desiredSize(group) - onDemand) * each };
  });
  return {
    onDemand: groups.reduce((sum, group) => sum + group.onDemand, control),
    spot: groups.reduce((sum, group) => sum + group.spot, 0),
  };
}

const standardVCpus = (type: string): number => (isStandardFamily(type) ? (vCpusOf(type) ?? 0) : 0);

/** Auto Scaling rounds the On-Demand share above the base up. */
export function onDemandMachines(group: NodeGroupSpec): number {
  const { spot } = group;
  const size = desiredSize(group);
  const base = Math.min(spot.onDemandBase, size);
  return base + Math.ceil(((size - base) * (100 - spot.percentAboveBase)) / 100);
}

function gp3TiB(document: ClusterSpec): number {
  const { controlPlane, nodeGroups, etcd } = document.spec;
  const { etcdVolume } = controlPlaneSizing(document);
  const control = [
    { ...controlPlane.rootVolume, count: masterCount(document) + memberMachines(document) },
    { ...etcdVolume, count: etcd.members },
  ];
  const volumes = [...control, ...nodeGroups.map((group) => ({ ...group.rootVolume, count: desiredSize(group) }))];
  const sizeGiB = volumes
    .filter(({ type }) => type === 'gp3')
    .reduce((sum, volume) => sum + volume.count * volume.sizeGiB, 0);
  return Math.ceil((sizeGiB / 1024) * 10) / 10;
}
