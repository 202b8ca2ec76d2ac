import {
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeVpcEndpoints,
} from '@aws-sdk/client-ec2';
import { CLUSTER_TAG } from '../blueprint/tags.ts';
import { ec2 } from '../clients/ec2.ts';
import { NotReady } from '../errors.ts';
import { tagValue } from './tags.ts';

/** As many as a person reads. */
const mostNamed = 10;

/**
 * Waits for the deletion of what is in VPCs of the cluster, or of them. Where something is in the way, the error names what is
 * in the VPCs and not the cluster's, because EC2 says only that there are dependencies.
 */
export async function namingWhatBlocks<Value>(
  { clusterId, vpcIds }: { readonly clusterId: string; readonly vpcIds: readonly string[] },
  deletion: Promise<Value>,
): Promise<Value> {
  try {
    return await deletion;
  } catch (error) {
    if (!(error instanceof NotReady) || vpcIds.length === 0) throw error;
    const strangers = await strangersIn([...new Set(vpcIds)], clusterId);
    if (strangers.length === 0) throw error;
    throw new NotReady(
      `Not the cluster's, and in its VPC: ${strangers.slice(0, mostNamed).join('; ')}. Delete them and resume. (${error.message})`,
      { cause: error },
    );
  }
}

/** Endpoints, interfaces and security groups without the cluster's tag: what each is, and whose. */
async function strangersIn(vpcIds: readonly string[], clusterId: string): Promise<readonly string[]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const isOurs = (tags: Parameters<typeof tagValue>[0]) => tagValue(tags, CLUSTER_TAG) === clusterId;
  const strangers: string[] = [];
  for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client: ec2 }, { Filters }))
    for (const { VpcEndpointId, VpcEndpointType, ServiceName, OwnerId, Tags } of VpcEndpoints)
      if (!isOurs(Tags))
        strangers.push(`${VpcEndpointId} (${VpcEndpointType} endpoint of ${ServiceName}, of account ${OwnerId})`);
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }))
    for (const { NetworkInterfaceId, InterfaceType, Description, OwnerId, RequesterId, TagSet } of NetworkInterfaces)
      if (!isOurs(TagSet))
        strangers.push(
          `${NetworkInterfaceId} (${InterfaceType} network interface "${Description ?? ''}", of account ${OwnerId}, made by ${RequesterId ?? OwnerId})`,
        );
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client: ec2 }, { Filters }))
    for (const { GroupId, GroupName, OwnerId, Tags } of SecurityGroups)
      if (!isOurs(Tags) && GroupName !== 'default')
        strangers.push(`${GroupId} (security group ${GroupName}, of account ${OwnerId})`);
  return strangers;
}
