import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ClusterIdentity, LoadBalancerBlueprint } from '../blueprint/blueprint.ts';
import { shortId } from '../blueprint/names.ts';
import { elasticLoadBalancing } from '../clients/elasticLoadBalancing.ts';
import { NotReady } from '../errors.ts';
import { errorName, isNotFound, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { requireShape, unordered } from './shape.ts';
import { awsTags, keyIn } from './tags.ts';

export interface FoundLoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly state: string;
  readonly type: string | undefined;
  readonly scheme: string | undefined;
  readonly addressType: string | undefined;
  readonly vpcId: string | undefined;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

/** Source: API reference of DescribeTags. */
const resourcesPerDescribeTags = 20;

type ElbTag = { readonly Key: string | undefined; readonly Value?: string | undefined };

/** Tags by ARN: Elastic Load Balancing has no filter by tag. */
export async function elbTagsOf(arns: readonly string[]): Promise<Map<string, readonly ElbTag[]>> {
  const tags = new Map<string, readonly ElbTag[]>();
  for (let first = 0; first < arns.length; first += resourcesPerDescribeTags) {
    const ResourceArns = arns.slice(first, first + resourcesPerDescribeTags);
    const { TagDescriptions } = await elasticLoadBalancing.send(new DescribeTagsCommand({ ResourceArns }));
    for (const { ResourceArn, Tags } of TagDescriptions ?? []) tags.set(idOf(ResourceArn), Tags ?? []);
  }
  return tags;
}

/** Every load balancer of the region with its tags. */
export async function listLoadBalancers(): Promise<(FoundLoadBalancer & { readonly tags: readonly ElbTag[] })[]> {
  const found: FoundLoadBalancer[] = [];
  for await (const page of paginateDescribeLoadBalancers({ client: elasticLoadBalancing }, {})) {
    found.push(...(page.LoadBalancers ?? []).map(shown));
  }
  const tags = await elbTagsOf(found.map(({ arn }) => arn));
  return found.map((balancer) => ({ ...balancer, tags: tags.get(balancer.arn) ?? [] }));
}

/** The cluster's own load balancers. One that a Service dressed in our tags has a name by Kubernetes, and is not ours. */
export async function findLoadBalancers(clusterId: string): Promise<FoundLoadBalancer[]> {
  return (await listLoadBalancers()).filter(
    ({ name, tags }) =>
      name.startsWith(`${shortId(clusterId)}-`) && keyIn(tags, clusterId, 'load-balancer') !== undefined,
  );
}

/** The load balancer of this name, which names are for within a region; undefined when there is none. */
export async function loadBalancerNamed(name: string): Promise<FoundLoadBalancer | undefined> {
  try {
    const { LoadBalancers } = await elasticLoadBalancing.send(new DescribeLoadBalancersCommand({ Names: [name] }));
    return LoadBalancers?.[0] && shown(LoadBalancers[0]);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export interface LoadBalancerPlace {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/** Ensures the network load balancer and returns it at once: it is active about 157 s later. */
export async function ensureLoadBalancer(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  place: LoadBalancerPlace,
): Promise<FoundLoadBalancer> {
  const existing = await loadBalancerNamed(balancer.name);
  if (existing) await requireBalancer(cluster, balancer, place, existing);
  const found = existing ?? (await createLoadBalancer(cluster, balancer, place));
  await elasticLoadBalancing.send(
    new ModifyLoadBalancerAttributesCommand({
      LoadBalancerArn: found.arn,
      // With a master missing in a zone, its address of the balancer would otherwise lead nowhere.
      Attributes: [{ Key: 'load_balancing.cross_zone.enabled', Value: 'true' }],
    }),
  );
  return found;
}

async function requireBalancer(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  { vpcId, subnetIds, securityGroupId }: LoadBalancerPlace,
  found: FoundLoadBalancer,
): Promise<void> {
  const tags = (await elbTagsOf([found.arn])).get(found.arn);
  requireShape(`${found.arn}`, {
    tag: [keyIn(tags, cluster.id, 'load-balancer'), balancer.key],
    type: [found.type, 'network'],
    scheme: [found.scheme, balancer.scheme],
    'address type': [found.addressType, 'ipv4'],
    VPC: [found.vpcId, vpcId],
    subnets: [unordered(found.subnetIds), unordered(subnetIds)],
    'security groups': [unordered(found.securityGroupIds), [securityGroupId]],
  });
}

async function createLoadBalancer(
  cluster: ClusterIdentity,
  balancer: LoadBalancerBlueprint,
  { subnetIds, securityGroupId }: LoadBalancerPlace,
): Promise<FoundLoadBalancer> {
  const { LoadBalancers } = await throughGateway(
    elasticLoadBalancing.send(
      new CreateLoadBalancerCommand({
        Name: balancer.name,
        Type: 'network',
        Scheme: balancer.scheme,
        IpAddressType: 'ipv4',
        Subnets: [...subnetIds],
        // A network load balancer that is created without security groups never gets any.
        SecurityGroups: [securityGroupId],
        Tags: awsTags(cluster, `load-balancer/${balancer.key}`),
      }),
    ),
  );
  const created = LoadBalancers?.[0];
  if (!created) throw new Error(`Elastic Load Balancing answered without the balancer ${balancer.name}`);
  return shown(created);
}

/** A public balancer needs the VPC's internet gateway, and Elastic Load Balancing sees its attachment late. */
async function throughGateway<Result>(creation: Promise<Result>): Promise<Result> {
  try {
    return await settled(creation);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (errorName(error) !== 'InvalidSubnet' || !message.includes('no internet gateway')) throw error;
    throw new NotReady(`The load balancer cannot be created yet: ${message}`, { cause: error });
  }
}

/** Deletes the balancer with its listeners. Its interfaces stay for a minute or more. */
export async function removeLoadBalancer(arn: string): Promise<void> {
  await removed(arn, elasticLoadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })));
}

function shown(balancer: LoadBalancer): FoundLoadBalancer {
  return {
    arn: idOf(balancer.LoadBalancerArn),
    name: idOf(balancer.LoadBalancerName),
    dnsName: idOf(balancer.DNSName),
    state: balancer.State?.Code ?? '',
    type: balancer.Type,
    scheme: balancer.Scheme,
    addressType: balancer.IpAddressType,
    vpcId: balancer.VpcId,
    subnetIds: (balancer.AvailabilityZones ?? []).map(({ SubnetId }) => idOf(SubnetId)),
    securityGroupIds: balancer.SecurityGroups ?? [],
  };
}
