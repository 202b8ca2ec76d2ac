import { CreateSubnetCommand, DeleteSubnetCommand, paginateDescribeSubnets } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, SubnetBlueprint } from '../blueprint/blueprint.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { ec2 } from './clients/ec2.ts';
import { errorName, removed, settled } from './errors.ts';
import { idOf } from './ids.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundSubnet {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly zone: string | undefined;
  readonly cidr: string | undefined;
}

/** The subnets that were made for the cluster; those of an existing VPC carry no tag of ours. */
export async function findSubnets(clusterId: string): Promise<FoundSubnet[]> {
  const found: FoundSubnet[] = [];
  for await (const page of paginateDescribeSubnets({ client: ec2 }, { Filters: taggedFor(clusterId) })) {
    for (const { SubnetId, VpcId, AvailabilityZone, CidrBlock, Tags } of page.Subnets ?? []) {
      const key = keyIn(Tags, clusterId, 'subnet');
      if (key === undefined) continue;
      found.push({ id: idOf(SubnetId), key, vpcId: VpcId, zone: AvailabilityZone, cidr: CidrBlock });
    }
  }
  return found;
}

/** Ensures one subnet among those already found, and returns its id. */
export async function ensureSubnet(
  cluster: ClusterIdentity,
  vpcId: string,
  subnet: SubnetBlueprint,
  found: readonly FoundSubnet[],
): Promise<string> {
  if (subnet.existingSubnetId) return subnet.existingSubnetId;
  const existing = found.find(({ key }) => key === subnet.key);
  if (existing && differs(existing, vpcId, subnet)) {
    throw new Conflict(
      `${existing.id} carries the tags of subnet ${subnet.key} but is ${existing.cidr} in ${existing.zone}, ${existing.vpcId}; ` +
        `wanted ${subnet.cidr} in ${subnet.zone}, ${vpcId}. Remove its tags or the subnet, then resume.`,
    );
  }
  return existing?.id ?? createSubnet(cluster, vpcId, subnet);
}

function differs(found: FoundSubnet, vpcId: string, subnet: SubnetBlueprint): boolean {
  return found.vpcId !== vpcId || found.zone !== subnet.zone || found.cidr !== subnet.cidr;
}

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
    // The range is the subnet's own name: most likely it is ours, made by a try whose answer was lost.
    if (errorName(error) !== 'InvalidSubnet.Conflict') throw error;
    throw new NotReady(
      `${subnet.cidr} is taken in ${vpcId}, by a subnet that does not show the tags of ${subnet.key} (yet)`,
      { cause: error },
    );
  }
}

/** Deletes the subnet; waits while interfaces are left in it. */
export async function removeSubnet(subnetId: string): Promise<void> {
  await removed(subnetId, ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId })));
}
