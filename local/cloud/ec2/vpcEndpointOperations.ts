import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll } from './access.ts';
import { describeInput, describeRows } from './describe.ts';
import { addEndpointRoute, removeEndpointRoute } from './endpointRoutes.ts';
import { routeTableOf } from './routeTables.ts';
import { vpcEndpointDeletedJob } from './vpcEndpointJobs.ts';
import { shownEndpoint, vpcEndpointOf, vpcEndpointState, vpcEndpoints } from './vpcEndpoints.ts';

export const DescribeVpcEndpoints = operation({
  input: z.strictObject({ VpcEndpointIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeVpcEndpoints'),
  run: (world, input) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeVpcEndpoints',
      type: 'vpc-endpoint',
      table: vpcEndpoints(world),
      ids: input.VpcEndpointIds,
      request: input,
      idOf: (row) => row.vpcEndpointId,
      fields: {
        'vpc-endpoint-id': (row) => row.vpcEndpointId,
        'vpc-endpoint-type': (row) => row.type,
        'vpc-endpoint-state': (row, at) => vpcEndpointState(at, row),
        'vpc-id': (row) => row.vpcId,
        'service-name': (row) => row.serviceName,
      },
    });
    return { VpcEndpoints: rows.map((row) => shownEndpoint(world, row)), NextToken: nextToken };
  },
});

export const ModifyVpcEndpoint = operation({
  input: z.strictObject({
    VpcEndpointId: z.string(),
    AddRouteTableIds: z.array(z.string()).optional(),
    RemoveRouteTableIds: z.array(z.string()).optional(),
    PolicyDocument: z.string().optional(),
  }),
  access: (world, input) =>
    [input.VpcEndpointId, ...(input.AddRouteTableIds ?? []), ...(input.RemoveRouteTableIds ?? [])].map((id) =>
      accessTo(world, 'ModifyVpcEndpoint', id),
    ),
  run: (world, { VpcEndpointId: id, AddRouteTableIds = [], RemoveRouteTableIds = [], PolicyDocument }) => {
    const endpoint = vpcEndpointOf(world, id);
    if (endpoint.type !== 'Gateway' && AddRouteTableIds.length + RemoveRouteTableIds.length > 0) {
      throw new AwsError('InvalidParameter', 'Route tables belong to gateway endpoints');
    }
    const added = AddRouteTableIds.filter((each) => !endpoint.routeTableIds.includes(each));
    for (const each of added) routeTableOf(world, each);
    for (const each of added) addEndpointRoute(world, each, endpoint.serviceName, id);
    for (const each of RemoveRouteTableIds) removeEndpointRoute(world, each, id);
    vpcEndpoints(world).put(id, {
      ...endpoint,
      routeTableIds: [...endpoint.routeTableIds, ...added].filter((each) => !RemoveRouteTableIds.includes(each)),
      policyDocument: PolicyDocument ?? endpoint.policyDocument,
    });
    return { Return: true };
  },
});

export const DeleteVpcEndpoints = operation({
  input: z.strictObject({ VpcEndpointIds: z.array(z.string()) }),
  access: (world, { VpcEndpointIds }) =>
    VpcEndpointIds.filter((id) => vpcEndpoints(world).has(id)).map((id) => accessTo(world, 'DeleteVpcEndpoints', id)),
  run: (world, { VpcEndpointIds }) => {
    const unknown = VpcEndpointIds.filter((id) => !vpcEndpoints(world).has(id));
    for (const id of VpcEndpointIds) startDeletion(world, id);
    // One bad id does not fail the others: this call answers errors by item.
    return {
      Unsuccessful: unknown.map((id) => ({
        ResourceId: id,
        Error: { Code: 'InvalidVpcEndpoint.NotFound', Message: `The Vpc Endpoint Id '${id}' does not exist` },
      })),
    };
  },
});

function startDeletion(world: World, vpcEndpointId: string): void {
  const endpoint = vpcEndpoints(world).get(vpcEndpointId);
  if (!endpoint || endpoint.deleting) return;
  for (const id of endpoint.routeTableIds) removeEndpointRoute(world, id, vpcEndpointId);
  vpcEndpoints(world).put(vpcEndpointId, { ...endpoint, deleting: true });
  const delay = endpoint.type === 'Gateway' ? 0 : world.delays.of('interfaceEndpointDeleted');
  world.jobs.schedule(vpcEndpointDeletedJob, delay, vpcEndpointId);
}
