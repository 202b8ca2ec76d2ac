import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo } from './access.ts';
import { type Cidr, containsCidr, parseCidr, showCidr } from './cidr.ts';
import { internetGatewayOf } from './internetGateways.ts';
import { natGatewayState, natGateways } from './natGateways.ts';
import { interfacesOfInstance, networkInterfaceOf } from './networkInterfaces.ts';
import { resourceTypes } from './resourceTypes.ts';
import { type RouteTableRow, routeTableOf, routeTables, vpcKey } from './routeTables.ts';
import type { RouteRow, RouteTarget } from './routeTargets.ts';
import { isVisibleById } from './visibility.ts';
import { cidrsOf, vpcOf } from './vpcs.ts';

const routeInput = z.strictObject({
  RouteTableId: z.string(),
  DestinationCidrBlock: z.string(),
  GatewayId: z.string().optional(),
  NatGatewayId: z.string().optional(),
  InstanceId: z.string().optional(),
  NetworkInterfaceId: z.string().optional(),
});

type RouteInput = z.infer<typeof routeInput>;

export const CreateRoute = operation({
  input: routeInput,
  access: (world, { RouteTableId: id }) => [accessTo(world, 'CreateRoute', id, vpcKey(world, id))],
  run: (world, input) => {
    const table = routeTableOf(world, input.RouteTableId);
    const route = checkedRoute(world, table, input);
    if (table.routes.some(({ destination }) => destination === route.destination)) {
      throw new AwsError('RouteAlreadyExists', `The route identified by ${route.destination} already exists.`);
    }
    checkRouteQuota(world, table);
    routeTables(world).put(table.routeTableId, { ...table, routes: [...table.routes, route] });
    return { Return: true };
  },
});

export const ReplaceRoute = operation({
  input: routeInput,
  access: (world, { RouteTableId: id }) => [accessTo(world, 'ReplaceRoute', id, vpcKey(world, id))],
  run: (world, input) => {
    const table = routeTableOf(world, input.RouteTableId);
    const route = checkedRoute(world, table, input);
    const former = existingRoute(table, route.destination, 'InvalidParameterValue');
    const routes = table.routes.map((each) => (each === former ? route : each));
    routeTables(world).put(table.routeTableId, { ...table, routes });
    return {};
  },
});

export const DeleteRoute = operation({
  input: z.strictObject({ RouteTableId: z.string(), DestinationCidrBlock: z.string() }),
  access: (world, { RouteTableId: id }) => [accessTo(world, 'DeleteRoute', id, vpcKey(world, id))],
  run: (world, { RouteTableId, DestinationCidrBlock }) => {
    const table = routeTableOf(world, RouteTableId);
    const destination = showCidr(checkedCidr(DestinationCidrBlock));
    if (vpcOf(world, table.vpcId).cidrBlocks.some(({ cidrBlock }) => cidrBlock === destination)) {
      throw new AwsError(
        'InvalidParameterValue',
        `cannot remove local route ${destination} in route table ${RouteTableId}`,
      );
    }
    const former = existingRoute(table, destination, 'InvalidRoute.NotFound');
    routeTables(world).put(RouteTableId, { ...table, routes: table.routes.filter((each) => each !== former) });
    return {};
  },
});

function existingRoute(table: RouteTableRow, destination: string, code: string): RouteRow {
  const found = table.routes.find((each) => each.destination === destination);
  if (found) return found;
  throw new AwsError(code, `no route with destination-cidr-block ${destination} in route table ${table.routeTableId}`);
}

/** The quota counts the routes that callers made; the local ones and those of gateway endpoints do not count. */
function checkRouteQuota(world: World, table: RouteTableRow): void {
  const counted = table.routes.filter(({ target }) => target.kind !== 'vpcEndpoint').length;
  if (counted < quotaOf(world, 'L-93826ACB', table.routeTableId)) return;
  throw new AwsError('RouteLimitExceeded', 'The maximum number of routes has been reached.');
}

function checkedRoute(world: World, table: RouteTableRow, input: RouteInput): RouteRow {
  const cidr = checkedCidr(input.DestinationCidrBlock);
  const destination = showCidr(cidr);
  const target = targetIn(world, table, input);
  const inVpc = cidrsOf(vpcOf(world, table.vpcId)).some((local) => containsCidr(local, cidr));
  if (inVpc && target.kind !== 'networkInterface') {
    throw new AwsError(
      'InvalidParameterValue',
      `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. ` +
        'This route can target only an interface or an instance.',
    );
  }
  return { destination, target };
}

function checkedCidr(text: string): Cidr {
  const cidr = parseCidr(text);
  if (cidr) return cidr;
  throw new AwsError('InvalidParameterValue', `Value (${text}) for parameter destinationCidrBlock is invalid.`);
}

function targetIn(world: World, { vpcId, routeTableId }: RouteTableRow, input: RouteInput): RouteTarget {
  const { GatewayId, NatGatewayId, InstanceId, NetworkInterfaceId } = input;
  const named = [GatewayId, NatGatewayId, InstanceId, NetworkInterfaceId].filter((id) => id !== undefined);
  if (named.length === 0) throw new AwsError('MissingParameter', 'The request must contain a target of the route');
  if (named.length > 1) throw new AwsError('InvalidParameterCombination', 'A route has exactly one target');

  const { target, vpcId: targetVpcId } = namedTarget(world, input);
  if (targetVpcId === vpcId) return target;
  throw new AwsError(
    'InvalidParameterValue',
    `route table ${routeTableId} and network ${target.kind} ${target.id} belong to different networks`,
  );
}

function namedTarget(
  world: World,
  { GatewayId, NatGatewayId, InstanceId, NetworkInterfaceId }: RouteInput,
): { readonly target: RouteTarget; readonly vpcId: string | undefined } {
  if (GatewayId !== undefined) {
    return { target: { kind: 'gateway', id: GatewayId }, vpcId: internetGatewayOf(world, GatewayId).vpcId };
  }
  if (NatGatewayId !== undefined) {
    return { target: { kind: 'natGateway', id: NatGatewayId }, vpcId: routableNatGateway(world, NatGatewayId) };
  }
  const row =
    NetworkInterfaceId === undefined
      ? onlyInterface(world, InstanceId ?? '')
      : networkInterfaceOf(world, NetworkInterfaceId);
  return { target: { kind: 'networkInterface', id: row.networkInterfaceId }, vpcId: row.vpcId };
}

/**
 * A pending gateway may be a target, but not in its first moments: CreateRoute right after CreateNatGateway answers
 * NotFound and succeeds a little later (observed: boto3#779).
 */
function routableNatGateway(world: World, natGatewayId: string): string {
  const gateway = natGateways(world).get(natGatewayId);
  const usable = gateway && ['pending', 'available'].includes(natGatewayState(world, gateway));
  if (usable && isVisibleById(world, gateway)) return gateway.vpcId;
  const isId = natGatewayId.startsWith(`${resourceTypes.natgateway.prefix}-`);
  const code = isId ? 'InvalidNatGatewayID.NotFound' : 'InvalidNatGatewayID.Malformed';
  throw new AwsError(code, `The natGateway ID '${natGatewayId}' does not exist`);
}

function onlyInterface(world: World, instanceId: string) {
  const [primary, ...others] = interfacesOfInstance(world, instanceId);
  if (!primary) throw new AwsError('InvalidInstanceID.NotFound', `The instance ID '${instanceId}' does not exist`);
  if (others.length === 0) return primary;
  throw new AwsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${instanceId}'. Please specify an interface ID for the operation instead.`,
  );
}
