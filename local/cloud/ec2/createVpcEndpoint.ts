import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { addEndpointRoute } from './endpointRoutes.ts';
import { addInterface, checkGroups, checkRoomFor } from './networkInterfaceCreation.ts';
import { holdInterface } from './networkInterfaces.ts';
import { routeTableOf } from './routeTables.ts';
import { subnetOf } from './subnets.ts';
import { putTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { hasInterfaceEndpoints, hasPrivateName, zonesWithoutService } from './vpcEndpointServices.ts';
import {
  prefixListOf,
  serviceIn,
  shownEndpoint,
  vpcEndpointOf,
  vpcEndpoints,
  vpcEndpointsOfVpc,
} from './vpcEndpoints.ts';
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
    ...(input.VpcEndpointType === 'Interface' ? accessToPrivateDns(world, input) : []),
  ],
  run: (world, { ClientToken, ...wanted }) => {
    const call = { operation: 'CreateVpcEndpoint', token: ClientToken, parameters: wanted };
    const [id = ''] = onceForToken(world, call, () => [addEndpoint(world, wanted)]);
    return { VpcEndpoint: shownEndpoint(world, vpcEndpointOf(world, id)), ClientToken };
  },
});

/**
 * An interface endpoint is made with what EC2 reads in its caller's name, and a private name joins the VPC to a hosted
 * zone of the service (source: Service Authorization Reference, Amazon EC2, CreateVpcEndpoint, dependent actions).
 */
function accessToPrivateDns(world: World, { PrivateDnsEnabled }: Wanted): Access[] {
  const reads = ['DescribeVpcs', 'DescribeSubnets', 'DescribeSecurityGroups'].flatMap((read) =>
    accessToAll(world, read),
  );
  if (PrivateDnsEnabled === false) return reads;
  const zone = 'arn:aws:route53:::hostedzone/Z0000000000000';
  return [...reads, { action: 'route53:AssociateVPCWithHostedZone', resource: zone }];
}

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
  if (!hasInterfaceEndpoints(world, wanted.ServiceName)) throw noSuchService(wanted.ServiceName);
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
  const without = zonesWithoutService(world).get(wanted.ServiceName)?.zones ?? [];
  const unserved = subnetsByZone.find(({ zone }) => without.includes(zone.name));
  if (unserved) {
    throw new AwsError(
      'InvalidParameter',
      `The VPC endpoint service ${wanted.ServiceName} does not support the availability zone of the subnet: ${unserved.subnetId}.`,
    );
  }
  checkGroups(world, wanted.VpcId, wanted.SecurityGroupIds ?? []);
  checkRoomFor(
    world,
    subnetsByZone.map(({ subnetId }) => ({ subnetId })),
  );
  if (wanted.PrivateDnsEnabled === false) return;
  if (!hasPrivateName(world, wanted.ServiceName)) {
    throw new AwsError(
      'InvalidParameter',
      `Private DNS can't be enabled because the service ${wanted.ServiceName} does not provide a private DNS name.`,
    );
  }
  // DnsOptions are not modelled, and without them the name is for on-premises traffic alone.
  const hasGateway = vpcEndpointsOfVpc(world, wanted.VpcId).some(
    ({ serviceName, type }) => type === 'Gateway' && serviceName === wanted.ServiceName,
  );
  if (serviceIn(world, wanted.ServiceName) === 's3' && !hasGateway) {
    throw new AwsError(
      'InvalidParameter',
      'To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC must have a Gateway endpoint for the service.',
    );
  }
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

function noSuchService(name: string): AwsError {
  return new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${name}' does not exist`);
}

function tooManyEndpoints(): AwsError {
  return new AwsError('VpcEndpointLimitExceeded', 'The maximum number of VPC endpoints has been reached.');
}
