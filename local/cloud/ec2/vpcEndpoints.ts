import type { State, VpcEndpoint } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { describeInput, describeRows } from './describe.ts';
import { addInterface, checkGroups } from './networkInterfaceCreation.ts';
import { holdInterface, networkInterfaces, removeInterface } from './networkInterfaceRows.ts';
import { routeTableOf, routeTables } from './routeTables.ts';
import { subnetOf } from './subnets.ts';
import { dropTags, putTags, shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import {
  prefixListOf,
  serviceIn,
  type VpcEndpointRow,
  vpcEndpointOf,
  vpcEndpointState,
  vpcEndpoints,
  vpcEndpointsOfVpc,
} from './vpcEndpointRows.ts';
import { vpcOf } from './vpcs.ts';

/** What an endpoint without a policy of its own allows. */
const fullAccess = JSON.stringify({
  Version: '2008-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
});

const createInput = z.strictObject({
  VpcId: z.string(),
  ServiceName: z.string(),
  VpcEndpointType: z.enum(['Gateway', 'Interface']).optional(),
  PolicyDocument: z.string().optional(),
  RouteTableIds: z.array(z.string()).optional(),
  SubnetIds: z.array(z.string()).optional(),
  SecurityGroupIds: z.array(z.string()).optional(),
  PrivateDnsEnabled: z.boolean().optional(),
  ClientToken: z.string().optional(),
  TagSpecifications: tagSpecificationsInput,
});

type Wanted = Omit<z.infer<typeof createInput>, 'ClientToken'>;

export const CreateVpcEndpoint = operation({
  input: createInput,
  access: (world, input) => [
    ...accessToCreate(world, 'CreateVpcEndpoint', 'vpc-endpoint', input.TagSpecifications, {
      'ec2:VpceServiceName': input.ServiceName,
    }),
    accessTo(world, 'CreateVpcEndpoint', input.VpcId),
    ...[...(input.RouteTableIds ?? []), ...(input.SubnetIds ?? []), ...(input.SecurityGroupIds ?? [])].map((id) =>
      accessTo(world, 'CreateVpcEndpoint', id),
    ),
  ],
  run: (world, { ClientToken, ...wanted }) => {
    const call = { operation: 'CreateVpcEndpoint', token: ClientToken, parameters: wanted };
    const [id = ''] = onceForToken(world, call, () => [addEndpoint(world, wanted)]);
    return { VpcEndpoint: shownEndpoint(world, vpcEndpointOf(world, id)), ClientToken };
  },
});

function addEndpoint(world: World, wanted: Wanted): string {
  const vpc = vpcOf(world, wanted.VpcId);
  const tags = tagsFor('vpc-endpoint', wanted.TagSpecifications);
  const type = wanted.VpcEndpointType ?? 'Gateway';
  if (serviceIn(world, wanted.ServiceName) === undefined) throw noSuchService(wanted.ServiceName);
  if (type === 'Gateway') checkGateway(world, wanted);
  else checkInterface(world, wanted, vpc.enableDnsSupport && vpc.enableDnsHostnames);

  const vpcEndpointId = newId(world, 'vpce');
  const isGateway = type === 'Gateway';
  const groupIds = isGateway ? [] : (wanted.SecurityGroupIds ?? [vpc.defaultSecurityGroupId]);
  const subnetIds = isGateway ? [] : (wanted.SubnetIds ?? []);
  vpcEndpoints(world).put(vpcEndpointId, {
    vpcEndpointId,
    type,
    vpcId: vpc.vpcId,
    serviceName: wanted.ServiceName,
    policyDocument: wanted.PolicyDocument ?? fullAccess,
    routeTableIds: isGateway ? (wanted.RouteTableIds ?? []) : [],
    subnetIds,
    groupIds,
    networkInterfaceIds: subnetIds.map((id) => endpointInterface(world, vpcEndpointId, id, groupIds)),
    privateDnsEnabled: !isGateway && (wanted.PrivateDnsEnabled ?? true),
    availableAt: nowOf(world) + world.delays.of(isGateway ? 'gatewayEndpointAvailable' : 'interfaceEndpointAvailable'),
    deleting: false,
    ...visibleSoon(world),
  });
  putTags(world, 'vpc-endpoint', vpcEndpointId, tags);
  for (const id of wanted.RouteTableIds ?? []) addEndpointRoute(world, id, wanted.ServiceName, vpcEndpointId);
  return vpcEndpointId;
}

function checkGateway(world: World, { ServiceName, VpcId, RouteTableIds, SubnetIds, SecurityGroupIds }: Wanted): void {
  if (prefixListOf(world, ServiceName) === undefined) throw noSuchService(ServiceName);
  if (SubnetIds || SecurityGroupIds) {
    throw new AwsError('InvalidParameter', 'Subnets and security groups belong to interface endpoints');
  }
  const gateways = [...vpcEndpoints(world).rows()].filter(({ type }) => type === 'Gateway');
  if (gateways.length >= quotaOf(world, 'L-1B52E74A')) throw tooManyEndpoints();
  for (const id of RouteTableIds ?? []) {
    const table = routeTableOf(world, id);
    if (table.vpcId !== VpcId) {
      throw new AwsError('InvalidParameter', `Route table ${id} does not belong to ${VpcId}`);
    }
    const destination = prefixListOf(world, ServiceName);
    if (table.routes.some((route) => route.destination === destination)) {
      throw new AwsError(
        'RouteAlreadyExists',
        `route table ${id} already has a route with destination-prefix-list-id ${destination}`,
      );
    }
  }
}

function checkInterface(world: World, wanted: Wanted, hasDns: boolean): void {
  if (wanted.RouteTableIds) throw new AwsError('InvalidParameter', 'Route tables belong to gateway endpoints');
  const ofVpc = vpcEndpointsOfVpc(world, wanted.VpcId).filter(({ type }) => type === 'Interface');
  if (ofVpc.length >= quotaOf(world, 'L-29B6F2EB')) throw tooManyEndpoints();
  const subnetsByZone = (wanted.SubnetIds ?? []).map((id) => subnetOf(world, id));
  const foreign = subnetsByZone.find(({ vpcId }) => vpcId !== wanted.VpcId);
  if (foreign) {
    throw new AwsError('InvalidParameter', `The subnet ${foreign.subnetId} does not belong to ${wanted.VpcId}`);
  }
  if (new Set(subnetsByZone.map(({ zone }) => zone.name)).size < subnetsByZone.length) {
    throw new AwsError('DuplicateSubnetsInSameZone', 'Found another VPC endpoint subnet in the availability zone');
  }
  checkGroups(world, wanted.VpcId, wanted.SecurityGroupIds ?? []);
  if (wanted.PrivateDnsEnabled === false) return;
  if (!hasDns) {
    throw new AwsError(
      'InvalidParameter',
      'Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true ' +
        `for ${wanted.VpcId}`,
    );
  }
  if (ofVpc.some((other) => other.serviceName === wanted.ServiceName && other.privateDnsEnabled)) {
    throw new AwsError(
      'InvalidParameter',
      `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${wanted.ServiceName} in the VPC ${wanted.VpcId}`,
    );
  }
}

function endpointInterface(world: World, vpcEndpointId: string, subnetId: string, groupIds: readonly string[]): string {
  const { networkInterfaceId } = addInterface(world, {
    subnetId,
    groupIds,
    description: `VPC Endpoint Interface ${vpcEndpointId}`,
    interfaceType: 'vpc_endpoint',
    requesterId: 'amazon-vpce',
  });
  const attachmentId = newId(world, 'ela-attach');
  holdInterface(world, networkInterfaceId, {
    attachmentId,
    deviceIndex: 1,
    deleteOnTermination: false,
    attachedAt: nowOf(world),
  });
  return networkInterfaceId;
}

function addEndpointRoute(world: World, routeTableId: string, serviceName: string, vpcEndpointId: string): void {
  const table = routeTableOf(world, routeTableId);
  const destination = prefixListOf(world, serviceName) ?? '';
  const route = { destination, target: { kind: 'vpcEndpoint', id: vpcEndpointId } } as const;
  routeTables(world).put(routeTableId, { ...table, routes: [...table.routes, route] });
}

function removeEndpointRoute(world: World, routeTableId: string, vpcEndpointId: string): void {
  const table = routeTables(world).get(routeTableId);
  if (!table) return;
  const routes = table.routes.filter(({ target }) => target.id !== vpcEndpointId);
  routeTables(world).put(routeTableId, { ...table, routes });
}

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

function shownEndpoint(world: World, row: VpcEndpointRow): VpcEndpoint {
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

const deletedJob = 'ec2.vpcEndpointDeleted';

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
  world.jobs.schedule(deletedJob, delay, vpcEndpointId);
}

/** What the world does by itself with endpoints. Called once, when a world is put together. */
export function defineVpcEndpointJobs(world: World): void {
  world.jobs.define(deletedJob, (vpcEndpointId: string) => {
    const endpoint = vpcEndpoints(world).get(vpcEndpointId);
    if (!endpoint) return;
    for (const id of endpoint.networkInterfaceIds) {
      if (networkInterfaces(world).has(id)) removeInterface(world, id);
    }
    vpcEndpoints(world).delete(vpcEndpointId);
    dropTags(world, vpcEndpointId);
  });
}

function noSuchService(name: string): AwsError {
  return new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
}

function tooManyEndpoints(): AwsError {
  return new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');
}
