import { paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import {
  DescribeAddressesCommand,
  type Instance,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVolumes,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
import { paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CLUSTER_TAG } from '../blueprint/tags.ts';
import { isStandardFamily, vCpusOf } from '../spec/instanceTypes.ts';
import { autoScaling } from './clients/autoScaling.ts';
import { ec2 } from './clients/ec2.ts';
import { elasticLoadBalancing } from './clients/elasticLoadBalancing.ts';
import { tagValue } from './tags.ts';

/** As many as EC2 answers at once; without a page size it would try to answer everything. */
const paged = { client: ec2, pageSize: 1000 };

const GIB_PER_TIB = 1024;

interface Tagged {
  readonly Tags?: Parameters<typeof tagValue>[0];
}

/**
 * How much of each quota others than this cluster use, by the codes that a spec is judged by. What the cluster has itself
 * is not counted: a plan for a cluster that stands asks for the whole of it again.
 */
export async function quotaUsage(clusterId: string): Promise<Record<string, number>> {
  const ofOthers = ({ Tags }: Tagged) => tagValue(Tags, CLUSTER_TAG) !== clusterId;
  const [instances, vpcs, gateways, addresses, balancers, groups, gp3TiB] = await Promise.all([
    instanceUsage(ofOthers),
    countVpcs(ofOthers),
    countInternetGateways(ofOthers),
    countAddresses(ofOthers),
    countNetworkLoadBalancers(clusterId),
    countAutoScalingGroups(ofOthers),
    gp3Storage(ofOthers),
  ]);
  return {
    'L-F678F1CE': vpcs,
    'L-A4707A72': gateways,
    'L-0263D0A3': addresses,
    'L-69A177A2': balancers,
    'L-CDE20ADC': groups,
    'L-DF5E4CA3': instances.networkInterfaces,
    'L-1216C47A': instances.onDemandVCpus,
    'L-34B43A08': instances.spotVCpus,
    'L-7A658B76': gp3TiB,
  };
}

type Belongs = (resource: Tagged) => boolean;

/** Source: EC2's On-Demand quotas page: what is stopped counts for nothing. */
const running = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];

async function instanceUsage(ofOthers: Belongs) {
  const own = new Set<string | undefined>();
  const vCpus = { onDemand: 0, spot: 0 };
  for await (const { Reservations = [] } of paginateDescribeInstances(paged, { Filters: running })) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      if (ofOthers(instance)) {
        vCpus[instance.InstanceLifecycle === 'spot' ? 'spot' : 'onDemand'] += standardVCpus(instance);
      } else own.add(instance.InstanceId);
    }
  }
  return {
    onDemandVCpus: vCpus.onDemand,
    spotVCpus: vCpus.spot,
    networkInterfaces: await countNetworkInterfaces(ofOthers, own),
  };
}

function standardVCpus({ InstanceType, CpuOptions }: Instance): number {
  if (InstanceType === undefined || !isStandardFamily(InstanceType)) return 0;
  return vCpusOf(InstanceType) ?? (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1);
}

/** An interface that came with an instance has no tags of its own. Those of gateways and balancers count: nothing tells whose they are. */
async function countNetworkInterfaces(ofOthers: Belongs, ownInstances: ReadonlySet<string | undefined>) {
  let count = 0;
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces(paged, {})) {
    count += NetworkInterfaces.filter(
      ({ TagSet, Attachment }) => ofOthers({ Tags: TagSet }) && !ownInstances.has(Attachment?.InstanceId ?? 'none'),
    ).length;
  }
  return count;
}

async function countVpcs(ofOthers: Belongs): Promise<number> {
  let count = 0;
  for await (const { Vpcs = [] } of paginateDescribeVpcs(paged, {})) count += Vpcs.filter(ofOthers).length;
  return count;
}

async function countInternetGateways(ofOthers: Belongs): Promise<number> {
  let count = 0;
  for await (const { InternetGateways = [] } of paginateDescribeInternetGateways(paged, {})) {
    count += InternetGateways.filter(ofOthers).length;
  }
  return count;
}

async function countAddresses(ofOthers: Belongs): Promise<number> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
  return Addresses.filter(ofOthers).length;
}

/** Balancers show their tags only to another call, twenty at a time. Ours begin with the cluster's id, which ends in chance. */
async function countNetworkLoadBalancers(clusterId: string): Promise<number> {
  let count = 0;
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client: elasticLoadBalancing }, {})) {
    count += LoadBalancers.filter(
      ({ Type, LoadBalancerName = '' }) => Type === 'network' && !LoadBalancerName.startsWith(`${clusterId}-`),
    ).length;
  }
  return count;
}

async function countAutoScalingGroups(ofOthers: Belongs): Promise<number> {
  let count = 0;
  for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client: autoScaling }, {})) {
    count += AutoScalingGroups.filter(ofOthers).length;
  }
  return count;
}

/** In TiB, as its quota is, rounded up to a tenth. */
async function gp3Storage(ofOthers: Belongs): Promise<number> {
  let sizeGiB = 0;
  const Filters = [{ Name: 'volume-type', Values: ['gp3'] }];
  for await (const { Volumes = [] } of paginateDescribeVolumes(paged, { Filters })) {
    sizeGiB += Volumes.filter(ofOthers).reduce((sum, { Size = 0 }) => sum + Size, 0);
  }
  return Math.ceil((sizeGiB / GIB_PER_TIB) * 10) / 10;
}
