import { type AutoScalingGroup, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import {
  DescribeAddressesCommand,
  type DescribeInstancesCommandOutput,
  type Instance,
  type NetworkInterface,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeNetworkInterfaces,
  paginateDescribeVolumes,
  paginateDescribeVpcs,
  type Volume,
} from '@aws-sdk/client-ec2';
import { type LoadBalancer, paginateDescribeLoadBalancers } from '@aws-sdk/client-elastic-load-balancing-v2';
import { quotas, vCpuQuotas } from '../awsLimits.ts';
import { shortId } from '../blueprint/names.ts';
import { CLUSTER_TAG } from '../blueprint/tags.ts';
import { autoScaling } from '../clients/autoScaling.ts';
import { ec2 } from '../clients/ec2.ts';
import { elasticLoadBalancing } from '../clients/elasticLoadBalancing.ts';
import { vCpuQuotaOf, vCpusOf } from '../spec/instanceTypes.ts';
import { tagValue } from './tags.ts';

/** As many as EC2 answers at once; without a page size it would try to answer everything. */
const paged = { client: ec2, pageSize: 1000 };

/**
 * The client of a plan waits 29 s (API Gateway), and a page takes EC2 one to two. What is on later pages is not counted, and
 * the quota is judged as if nothing of it were in use; AWS itself refuses what does not fit.
 */
const MAXIMUM_PAGES = 8;

const GIB_PER_TIB = 1024;

interface Tagged {
  readonly Tags?: Parameters<typeof tagValue>[0];
}

type Belongs = (resource: Tagged) => boolean;

/**
 * How much of each quota others than this cluster use, by the codes that a spec is judged by; absent where the account has too
 * much of it to count. What the cluster has itself is not counted: a plan for a cluster that exists asks for the whole of it again.
 */
export async function quotaUsage(clusterId: string): Promise<Record<string, number>> {
  const ofOthers = ({ Tags }: Tagged) => tagValue(Tags, CLUSTER_TAG) !== clusterId;
  const [machines, vpcs, gateways, addresses, balancers, groups, gp3TiB] = await Promise.all([
    machineUsage(ofOthers),
    countOf(paginateDescribeVpcs(paged, {}), ({ Vpcs }) => Vpcs, ofOthers),
    countOf(paginateDescribeInternetGateways(paged, {}), ({ InternetGateways }) => InternetGateways, ofOthers),
    countAddresses(ofOthers),
    countNetworkLoadBalancers(clusterId),
    countAutoScalingGroups(ofOthers),
    gp3Storage(ofOthers),
  ]);
  const counted = {
    [quotas.vpcs.code]: vpcs,
    [quotas.internetGateways.code]: gateways,
    [quotas.elasticAddresses.code]: addresses,
    [quotas.networkLoadBalancers.code]: balancers,
    [quotas.autoScalingGroups.code]: groups,
    [quotas.gp3Storage.code]: gp3TiB,
    ...machines,
  };
  return Object.fromEntries(
    Object.entries(counted).flatMap(([code, used]) => (used === undefined ? [] : [[code, used]])),
  );
}

/** Everything of the first pages; undefined where there is more. */
async function allOf<Page, Row>(
  pages: AsyncIterable<Page>,
  rowsIn: (page: Page) => readonly Row[] | undefined,
): Promise<readonly Row[] | undefined> {
  const rows: Row[] = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    if (count > MAXIMUM_PAGES) return undefined;
    rows.push(...(rowsIn(page) ?? []));
  }
  return rows;
}

async function countOf<Page, Row>(
  pages: AsyncIterable<Page>,
  rowsIn: (page: Page) => readonly Row[] | undefined,
  counts: (row: Row) => boolean,
): Promise<number | undefined> {
  return (await allOf(pages, rowsIn))?.filter(counts).length;
}

/** Source: EC2's On-Demand quotas page: what is stopped counts for nothing. */
const running = [{ Name: 'instance-state-name', Values: ['pending', 'running'] }];

/** The vCPUs of each family's quota, and the network interfaces. */
async function machineUsage(ofOthers: Belongs): Promise<Record<string, number | undefined>> {
  const [instances, interfaces] = await Promise.all([
    allOf(paginateDescribeInstances(paged, { Filters: running }), instancesIn),
    allOf(paginateDescribeNetworkInterfaces(paged, {}), ({ NetworkInterfaces }) => NetworkInterfaces),
  ]);
  const usage: Record<string, number> = {};
  for (const { onDemand, spot } of vCpuQuotas) {
    usage[onDemand.code] = 0;
    if (spot) usage[spot.code] = 0;
  }
  for (const instance of (instances ?? []).filter(ofOthers)) {
    const { code, vCpus } = demandOf(instance);
    if (code !== undefined) usage[code] = (usage[code] ?? 0) + vCpus;
  }
  const own = new Set((instances ?? []).filter((instance) => !ofOthers(instance)).map(({ InstanceId }) => InstanceId));
  return {
    ...(instances && usage),
    [quotas.networkInterfaces.code]:
      instances && interfaces?.filter((shown) => isOfOthers(shown, ofOthers, own)).length,
  };
}

const instancesIn = ({ Reservations = [] }: DescribeInstancesCommandOutput): readonly Instance[] =>
  Reservations.flatMap(({ Instances = [] }) => Instances);

function demandOf({ InstanceType, InstanceLifecycle, CpuOptions }: Instance) {
  const type = InstanceType ?? '';
  const quota = vCpuQuotaOf(type);
  const shown = (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1);
  return {
    code: (InstanceLifecycle === 'spot' ? quota?.spot : quota?.onDemand)?.code,
    vCpus: vCpusOf(type) ?? shown,
  };
}

/** An interface that came with an instance has no tags of its own. Those of gateways and balancers count: nothing shows whose they are. */
function isOfOthers({ TagSet, Attachment }: NetworkInterface, ofOthers: Belongs, own: ReadonlySet<string | undefined>) {
  return ofOthers({ Tags: TagSet }) && !own.has(Attachment?.InstanceId ?? 'none');
}

async function countAddresses(ofOthers: Belongs): Promise<number> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}));
  return Addresses.filter(ofOthers).length;
}

/** Balancers show their tags only to another call, twenty at a time. Ours begin with the cluster's short id, which ends in chance. */
function countNetworkLoadBalancers(clusterId: string): Promise<number | undefined> {
  return countOf(
    paginateDescribeLoadBalancers({ client: elasticLoadBalancing, pageSize: 400 }, {}),
    ({ LoadBalancers }) => LoadBalancers,
    ({ Type, LoadBalancerName = '' }: LoadBalancer) =>
      Type === 'network' && !LoadBalancerName.startsWith(`${shortId(clusterId)}-`),
  );
}

function countAutoScalingGroups(ofOthers: Belongs): Promise<number | undefined> {
  return countOf(
    paginateDescribeAutoScalingGroups({ client: autoScaling, pageSize: 100 }, {}),
    ({ AutoScalingGroups }) => AutoScalingGroups,
    (group: AutoScalingGroup) => ofOthers(group),
  );
}

/** In TiB, as its quota is, rounded up to a tenth. */
async function gp3Storage(ofOthers: Belongs): Promise<number | undefined> {
  const Filters = [{ Name: 'volume-type', Values: ['gp3'] }];
  const volumes = await allOf(paginateDescribeVolumes(paged, { Filters }), ({ Volumes }) => Volumes);
  const sizeGiB = volumes?.filter(ofOthers).reduce((sum, { Size = 0 }: Volume) => sum + Size, 0);
  return sizeGiB === undefined ? undefined : Math.ceil((sizeGiB / GIB_PER_TIB) * 10) / 10;
}
