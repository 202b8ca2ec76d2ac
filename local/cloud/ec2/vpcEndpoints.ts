import type { State, VpcEndpoint } from '@aws-sdk/client-ec2';
import { nowOf, tableOf, type World } from '../world.ts';
import { notFound } from './resourceTypes.ts';
import { shownTags } from './tags.ts';
import type { Visible } from './visibility.ts';

export interface VpcEndpointRow extends Visible {
  readonly vpcEndpointId: string;
  readonly type: 'Gateway' | 'Interface';
  readonly vpcId: string;
  /** com.amazonaws.us-east-1.s3 */
  readonly serviceName: string;
  readonly policyDocument: string;
  /** Gateway only. */
  readonly routeTableIds: readonly string[];
  /** Interface only, as is all that follows. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  readonly availableAt: number;
  readonly deleting: boolean;
}

export const vpcEndpoints = tableOf<VpcEndpointRow>('ec2.vpcEndpoints');

/** The endpoint of this id, or what EC2 answers without one. */
export function vpcEndpointOf(world: World, vpcEndpointId: string): VpcEndpointRow {
  const found = vpcEndpoints(world).get(vpcEndpointId);
  if (!found) throw notFound('vpc-endpoint', vpcEndpointId);
  return found;
}

export function vpcEndpointsOfVpc(world: World, vpcId: string): VpcEndpointRow[] {
  return [...vpcEndpoints(world).rows()].filter((endpoint) => endpoint.vpcId === vpcId);
}

export function vpcEndpointState(world: World, endpoint: VpcEndpointRow): 'pending' | 'available' | 'deleting' {
  if (endpoint.deleting) return 'deleting';
  return endpoint.availableAt <= nowOf(world) ? 'available' : 'pending';
}

/** The services that have a gateway endpoint, with their prefix lists in us-east-1 (source: AWS-managed prefix lists). */
const prefixLists: Readonly<Record<string, string>> = { s3: 'pl-63a5400a', dynamodb: 'pl-02cd2c6b' };

/** The services that have gateway endpoints. */
export const gatewayServices = Object.keys(prefixLists);

/** The service part of com.amazonaws.REGION.SERVICE; undefined for a name of another region or kind. */
export function serviceIn(world: World, serviceName: string): string | undefined {
  const prefix = `com.amazonaws.${world.region}.`;
  return serviceName.startsWith(prefix) ? serviceName.slice(prefix.length) : undefined;
}

/** The prefix list by which routes name a service that has a gateway endpoint. */
export function prefixListOf(world: World, serviceName: string): string | undefined {
  return prefixLists[serviceIn(world, serviceName) ?? ''];
}

/** An endpoint as EC2 shows it. */
export function shownEndpoint(world: World, row: VpcEndpointRow): VpcEndpoint {
  return {
    VpcEndpointId: row.vpcEndpointId,
    VpcEndpointType: row.type,
    VpcId: row.vpcId,
    OwnerId: world.account,
    ServiceName: row.serviceName,
    // EC2 answers the state in lower case, the SDK's type has it capitalised.
    State: vpcEndpointState(world, row) as State,
    PolicyDocument: row.policyDocument,
    RouteTableIds: [...row.routeTableIds],
    SubnetIds: [...row.subnetIds],
    Groups: row.groupIds.map((id) => ({ GroupId: id })),
    NetworkInterfaceIds: [...row.networkInterfaceIds],
    PrivateDnsEnabled: row.privateDnsEnabled,
    RequesterManaged: false,
    CreationTimestamp: new Date(row.createdAt),
    Tags: shownTags(world, row.vpcEndpointId),
  };
}
