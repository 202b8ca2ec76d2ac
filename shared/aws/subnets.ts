import { CreateSubnetCommand, DeleteSubnetCommand, type Filter, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SubnetBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import { cidrOf, overlaps } from '../network/cidr.ts';
import type { KnownResources } from '../store/resources.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { requireShape } from './shape.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundSubnet {
  readonly id: string;
  readonly key: string | undefined;
  readonly vpcId: string | undefined;
  readonly zone: string | undefined;
  readonly cidr: string | undefined;
  readonly givesPublicAddresses: boolean;
}

/** The subnets that were made for the cluster; those of an existing VPC carry no tag of ours. */
export async function findSubnets(clusterId: string): Promise<FoundSubnet[]> {
  return (await subnetsMatching(taggedFor(clusterId), clusterId)).filter(({ key }) => key !== undefined);
}

async function subnetsMatching(filters: Filter[], clusterId: string): Promise<FoundSubnet[]> {
  const found: FoundSubnet[] = [];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, { Filters: filters })) {
    for (const { SubnetId, VpcId, AvailabilityZone, CidrBlock, MapPublicIpOnLaunch, Tags } of page.Subnets ?? []) {
      found.push({
        id: idOf(SubnetId),
        key: keyIn(Tags, clusterId, 'subnet'),
        vpcId: VpcId,
        zone: AvailabilityZone,
        cidr: CidrBlock,
        givesPublicAddresses: MapPublicIpOnLaunch ?? false,
      });
    }
  }
  return found;
}

/** Ensures one subnet, and returns its id; its range names it until its id is stored. */
export async function ensureSubnet(
  cluster: ClusterIdentity,
  vpcId: string,
  subnet: SubnetBlueprint,
  known: KnownResources,
): Promise<string> {
  return known.idOf(`subnet/${subnet.key}`) ?? createSubnet(cluster, vpcId, subnet);
}

/** CreateSubnet has no token: the range is the subnet's own name within the VPC. */
async function createSubnet(cluster: ClusterIdentity, vpcId: string, subnet: SubnetBlueprint): Promise<string> {
  const command = new CreateSubnetCommand({
    VpcId: vpcId,
    AvailabilityZone: subnet.zone,
    CidrBlock: subnet.cidr,
    TagSpecifications: taggedAs('subnet', cluster, `subnet/${subnet.key}`, subnet.tags),
  });
  try {
    const { Subnet } = await settled(ec2.send(command));
    return idOf(Subnet?.SubnetId);
  } catch (error) {
    if (errorName(error) !== 'InvalidSubnet.Conflict') throw error;
    return subnetWith(cluster, vpcId, subnet);
  }
}

/** The subnet that has the range: ours, from a creation whose answer was lost, or somebody else's. */
async function subnetWith(
  cluster: ClusterIdentity,
  vpcId: string,
  { key, zone, cidr }: SubnetBlueprint,
): Promise<string> {
  const inVpc = await subnetsMatching([{ Name: 'vpc-id', Values: [vpcId] }], cluster.id);
  const taker = inVpc.find((found) => found.cidr !== undefined && overlaps(cidrOf(found.cidr), cidrOf(cidr)));
  if (!taker) throw new NotReady(`${cidr} is taken in ${vpcId}, by a subnet that EC2 does not show yet`);
  requireShape(`${taker.id} in ${vpcId}, whose range meets that of subnet ${key},`, {
    tag: [taker.key, key],
    range: [taker.cidr, cidr],
    zone: [taker.zone, zone],
    'giving of public addresses': [taker.givesPublicAddresses, false],
  });
  return taker.id;
}

/** Deletes the subnet; waits while interfaces are left in it. */
export async function removeSubnet(subnetId: string): Promise<void> {
  await removed(subnetId, ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId })));
}
