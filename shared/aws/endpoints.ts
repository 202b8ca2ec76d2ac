import { CreateVpcEndpointCommand, DeleteVpcEndpointsCommand, paginateDescribeVpcEndpoints } from '@aws-sdk/client-ec2';
import type { ClusterIdentity, EndpointBlueprint } from '../blueprint/blueprint.ts';
import type { KnownResources } from '../store/resources.ts';
import { ensureByToken } from './adoption.ts';
import { ec2 } from './clients/ec2.ts';
import { clientToken } from './clientToken.ts';
import { isNotFound, settled } from './errors.ts';
import { idFor, idOf } from './ids.ts';
import { requireShape } from './shape.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundEndpoint {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly service: string | undefined;
  readonly state: string;
}

/** Ids that endpoints are made of, by the blueprint's keys. */
export interface EndpointParts {
  readonly vpcId: string;
  readonly subnetIds: Readonly<Record<string, string>>;
  readonly routeTableIds: Readonly<Record<string, string>>;
  readonly securityGroupIds: Readonly<Record<string, string>>;
}

/** The cluster's VPC endpoints. */
export async function findEndpoints(clusterId: string): Promise<FoundEndpoint[]> {
  const found: FoundEndpoint[] = [];
  for await (const page of paginateDescribeVpcEndpoints({ client: ec2 }, { Filters: taggedFor(clusterId) })) {
    for (const { VpcEndpointId, VpcId: vpcId, ServiceName: service, State, Tags } of page.VpcEndpoints ?? []) {
      const key = keyIn(Tags, clusterId, 'endpoint');
      if (key === undefined) continue;
      // EC2 answers in another case than its model documents: "available" for gateways, "Available" for interfaces.
      found.push({ id: idOf(VpcEndpointId), key, vpcId, service, state: (State ?? '').toLowerCase() });
    }
  }
  return found;
}

/**
 * Ensures the endpoint, and returns its id. A repeat looks before it creates: a token may have expired by a late resume, and
 * two gateway endpoints would fight over one route.
 */
export function ensureEndpoint(
  cluster: ClusterIdentity,
  endpoint: EndpointBlueprint,
  parts: EndpointParts,
  { known, attempt }: { readonly known: KnownResources; readonly attempt: number },
): Promise<string> {
  const resource = `endpoint/${endpoint.key}` as const;
  return ensureByToken({ clusterId: cluster.id, resource, known }, async () => {
    const left = attempt > 0 ? await endpointIn(cluster.id, endpoint.key, parts.vpcId) : undefined;
    if (left === undefined) return createEndpoint(cluster, endpoint, parts);
    requireShape(`${left.id}, tagged ${resource},`, { service: [left.service, endpoint.service] });
    return left.id;
  });
}

/** What an earlier try whose answer was lost left in the VPC. */
async function endpointIn(clusterId: string, key: string, vpcId: string): Promise<FoundEndpoint | undefined> {
  const found = await findEndpoints(clusterId);
  return found.find((each) => each.key === key && each.vpcId === vpcId && !each.state.startsWith('delet'));
}

async function createEndpoint(
  cluster: ClusterIdentity,
  endpoint: EndpointBlueprint,
  parts: EndpointParts,
): Promise<string> {
  const resource = `endpoint/${endpoint.key}` as const;
  const { VpcEndpoint } = await settled(
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: parts.vpcId,
        ServiceName: endpoint.service,
        ...placeOf(endpoint, parts),
        ClientToken: clientToken(cluster.id, resource, parts.vpcId),
        TagSpecifications: taggedAs('vpc-endpoint', cluster, resource),
      }),
    ),
  );
  return idOf(VpcEndpoint?.VpcEndpointId);
}

function placeOf(endpoint: EndpointBlueprint, parts: EndpointParts) {
  if (endpoint.kind === 'gateway') {
    const RouteTableIds = endpoint.routeTableKeys.map((key) => idFor(parts.routeTableIds, key, 'route table'));
    return { VpcEndpointType: 'Gateway' as const, RouteTableIds };
  }
  return {
    VpcEndpointType: 'Interface' as const,
    SubnetIds: endpoint.subnetKeys.map((key) => idFor(parts.subnetIds, key, 'subnet')),
    SecurityGroupIds: [idFor(parts.securityGroupIds, endpoint.securityGroupKey, 'security group')],
    PrivateDnsEnabled: true,
  };
}

/** Starts the deletion of the endpoints; their interfaces go a minute later. EC2 reports failures one by one in its answer. */
export async function removeEndpoints(endpointIds: readonly string[]): Promise<void> {
  if (endpointIds.length === 0) return;
  const { Unsuccessful } = await ec2.send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [...endpointIds] }));
  for (const { ResourceId, Error: failure } of Unsuccessful ?? []) {
    const error = Object.assign(new Error(`${ResourceId}: ${failure?.Message}`), { name: failure?.Code ?? 'Error' });
    if (!isNotFound(error)) throw error;
  }
}
