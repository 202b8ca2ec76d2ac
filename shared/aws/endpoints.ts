import {
  CreateVpcEndpointCommand,
  type CreateVpcEndpointCommandInput,
  DeleteVpcEndpointsCommand,
  paginateDescribeVpcEndpoints,
} from '@aws-sdk/client-ec2';
import type { ClusterIdentity, EndpointBlueprint } from '../blueprint/blueprint.ts';
import { ec2 } from '../clients/ec2.ts';
import { type Earlier, ensureByToken } from './adoption.ts';
import { withToken } from './clientToken.ts';
import { isNotFound, settled } from './errors.ts';
import { idFor, idOf } from './ids.ts';
import { unordered } from './shape.ts';
import { keyIn, taggedAs, taggedFor } from './tags.ts';

export interface FoundEndpoint {
  readonly id: string;
  readonly key: string;
  readonly vpcId: string | undefined;
  readonly service: string | undefined;
  readonly state: string;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
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
    for (const shown of page.VpcEndpoints ?? []) {
      const key = keyIn(shown.Tags, clusterId, 'endpoint');
      if (key === undefined) continue;
      found.push({
        id: idOf(shown.VpcEndpointId),
        key,
        vpcId: shown.VpcId,
        service: shown.ServiceName,
        // EC2 answers in another case than its model documents: "available" for gateways, "Available" for interfaces.
        state: (shown.State ?? '').toLowerCase(),
        routeTableIds: unordered(shown.RouteTableIds),
        subnetIds: unordered(shown.SubnetIds),
        securityGroupIds: unordered(shown.Groups?.map(({ GroupId }) => GroupId)),
      });
    }
  }
  return found;
}

/** Ensures the endpoint, and returns its id: two gateway endpoints would fight over one route. */
export function ensureEndpoint(
  cluster: ClusterIdentity,
  endpoint: EndpointBlueprint,
  parts: EndpointParts,
  earlier: Earlier,
): Promise<string> {
  const resource = `endpoint/${endpoint.key}` as const;
  const place = placeOf(endpoint, parts);
  return ensureByToken(resource, earlier, {
    make: async () => {
      const TagSpecifications = taggedAs('vpc-endpoint', cluster, resource);
      const request = { VpcId: parts.vpcId, ServiceName: endpoint.service, ...place, TagSpecifications };
      const { VpcEndpoint } = await settled(ec2.send(new CreateVpcEndpointCommand(withToken(request))));
      return idOf(VpcEndpoint?.VpcEndpointId);
    },
    find: async () =>
      (await findEndpoints(cluster.id)).filter(
        ({ key, vpcId, state }) =>
          key === endpoint.key && vpcId === parts.vpcId && (state === 'pending' || state === 'available'),
      ),
    shapeOf: (found) => ({
      service: [found.service, endpoint.service],
      'route tables': [found.routeTableIds, unordered(place.RouteTableIds)],
      subnets: [found.subnetIds, unordered(place.SubnetIds)],
      'security groups': [found.securityGroupIds, unordered(place.SecurityGroupIds)],
    }),
  });
}

type Place = Pick<
  CreateVpcEndpointCommandInput,
  'VpcEndpointType' | 'RouteTableIds' | 'SubnetIds' | 'SecurityGroupIds' | 'PrivateDnsEnabled'
>;

function placeOf(endpoint: EndpointBlueprint, parts: EndpointParts): Place {
  if (endpoint.kind === 'gateway') {
    const RouteTableIds = endpoint.routeTableKeys.map((key) => idFor(parts.routeTableIds, key, 'route table'));
    return { VpcEndpointType: 'Gateway', RouteTableIds };
  }
  return {
    VpcEndpointType: 'Interface',
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
