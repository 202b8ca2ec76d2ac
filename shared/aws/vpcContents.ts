import {
  type NetworkInterface,
  paginateDescribeNetworkInterfaces,
  paginateDescribeSecurityGroups,
  paginateDescribeVpcEndpoints,
  type SecurityGroup,
  type VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { CLUSTER_TAG, kubernetesClusterTag } from '../blueprint/tags.ts';
import { ec2 } from '../clients/ec2.ts';
import { Conflict, NotReady } from '../errors.ts';
import type { Membership } from '../store/membership.ts';
import { existingStates, findInstances } from './instances.ts';
import { isOurInstance } from './membership.ts';
import { tagValue } from './tags.ts';

/** As many as a person reads. */
const maxNamed = 10;

/** An instance holds its interfaces until EC2 has taken them off, a little after it shows `terminated`. */
const statesWithInterfaces = [...existingStates, 'terminated'];

/**
 * Refuses a deletion that could not end, while everything still runs: it names each endpoint, interface and security group in
 * the cluster's VPCs that is neither the cluster's nor made by its Kubernetes. Interfaces of gateways and balancers go with
 * them and are not judged, and machines need GuardDuty's endpoint while they run: `namingWhatBlocks` names what blocks later.
 */
export async function refuseForeignContents(membership: Membership, vpcIds: readonly string[]): Promise<void> {
  if (vpcIds.length === 0) return;
  const { clusterId } = membership;
  const instances = (await findInstances(clusterId, statesWithInterfaces)).filter((found) =>
    isOurInstance(membership, found),
  );
  const instanceIds = new Set(instances.map(({ id }) => id));
  const foreign = await foreignContents(vpcIds, clusterId, {
    endpoint: ({ State, Tags }) => State?.toLowerCase() === 'deleting' || isGuardDutys(Tags),
    networkInterface: (found) => isManaged(found) || instanceIds.has(found.Attachment?.InstanceId ?? ''),
    securityGroup: ({ GroupName, Tags }) =>
      tagValue(Tags, kubernetesClusterTag(clusterId)) === 'owned' ||
      isGuardDutys(Tags) ||
      GroupName?.startsWith('GuardDutyManagedSecurityGroup-') === true,
  });
  if (foreign.length === 0) return;
  throw new Conflict(
    `Not the cluster's, and in its VPC, which cannot be deleted with them: ${listed(foreign)}. Delete them and resume.`,
  );
}

/**
 * What GuardDuty's Runtime Monitoring puts into every VPC with instances, and leaves there (source: GuardDuty user guide,
 * "Clean up security agent resources").
 */
const isGuardDutys = (tags: Parameters<typeof tagValue>[0]): boolean => tagValue(tags, 'GuardDutyManaged') === 'true';

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
    const foreign = await foreignContents([...new Set(vpcIds)], clusterId);
    if (foreign.length === 0) throw error;
    throw new NotReady(
      `Not the cluster's, and in its VPC: ${listed(foreign)}. Delete them and resume. (${error.message})`,
      { cause: error },
    );
  }
}

const listed = (foreign: readonly string[]): string =>
  foreign.length <= maxNamed
    ? foreign.join('; ')
    : `${foreign.slice(0, maxNamed).join('; ')}; and ${foreign.length - maxNamed} more`;

/**
 * An interface that a gateway, a balancer or an endpoint holds. EC2 answers `nat_gateway` and its API model says `natGateway`
 * (source: EC2 API reference, NetworkInterface, InterfaceType).
 */
const isManaged = ({ InterfaceType, Description }: NetworkInterface): boolean =>
  /^(nat_?gateway|network_load_balancer|gateway_load_balancer(_endpoint)?|load_balancer|vpc_endpoint)$/i.test(
    InterfaceType ?? '',
  ) || Description?.startsWith('ELB ') === true;

interface GoesWithTheCluster {
  endpoint(found: VpcEndpoint): boolean;
  networkInterface(found: NetworkInterface): boolean;
  securityGroup(found: SecurityGroup): boolean;
}

const nothingGoes: GoesWithTheCluster = {
  endpoint: () => false,
  networkInterface: () => false,
  securityGroup: () => false,
};

/** Endpoints, interfaces and security groups without the cluster's tag, except what goes with it: what each is, and whose. */
async function foreignContents(
  vpcIds: readonly string[],
  clusterId: string,
  goes: GoesWithTheCluster = nothingGoes,
): Promise<readonly string[]> {
  const Filters = [{ Name: 'vpc-id', Values: [...vpcIds] }];
  const isOurs = (tags: Parameters<typeof tagValue>[0]) => tagValue(tags, CLUSTER_TAG) === clusterId;
  const foreign: string[] = [];
  // EC2 still lists an endpoint for a while after it is deleted.
  for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client: ec2 }, { Filters }))
    for (const found of VpcEndpoints)
      if (found.State?.toLowerCase() !== 'deleted' && !isOurs(found.Tags) && !goes.endpoint(found))
        foreign.push(endpointText(found));
  for await (const { NetworkInterfaces = [] } of paginateDescribeNetworkInterfaces({ client: ec2 }, { Filters }))
    for (const found of NetworkInterfaces)
      if (!isOurs(found.TagSet) && !goes.networkInterface(found)) foreign.push(interfaceText(found));
  for await (const { SecurityGroups = [] } of paginateDescribeSecurityGroups({ client: ec2 }, { Filters }))
    for (const found of SecurityGroups)
      if (!isOurs(found.Tags) && found.GroupName !== 'default' && !goes.securityGroup(found))
        foreign.push(`${found.GroupId} (security group ${found.GroupName}, of account ${found.OwnerId})`);
  return foreign;
}

const endpointText = ({ VpcEndpointId, VpcEndpointType, ServiceName, OwnerId }: VpcEndpoint): string =>
  `${VpcEndpointId} (${VpcEndpointType} endpoint of ${ServiceName}, of account ${OwnerId})`;

const interfaceText = (found: NetworkInterface): string =>
  `${found.NetworkInterfaceId} (${found.InterfaceType} network interface "${found.Description ?? ''}", of account ${found.OwnerId}, made by ${found.RequesterId ?? found.OwnerId})`;
