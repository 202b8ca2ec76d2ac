import type { ClusterSpec } from '../spec/schema.ts';
import type {
  Blueprint,
  EndpointBlueprint,
  NatGatewayBlueprint,
  RouteTableBlueprint,
  SubnetBlueprint,
} from './blueprint.ts';
import { oneSubnetPerZone } from './subnets.ts';

/** The ways out of the VPC, and the tables that lead to them. */
export type Gateways = Pick<Blueprint, 'internetGateway' | 'natGateways' | 'routeTables' | 'endpoints'>;

/** Gateways, tables and endpoints. Nothing of the kind is made in a VPC of somebody else but the interface endpoints. */
export function gatewayBlueprints(spec: ClusterSpec, subnets: readonly SubnetBlueprint[]): Gateways {
  const isOurs = 'cidr' in spec.spec.network.vpc;
  const natGateways = isOurs ? natGatewayBlueprints(spec) : [];
  const routeTables = isOurs ? routeTableBlueprints(subnets, natGateways) : [];
  return {
    internetGateway: isOurs ? { key: 'main' } : undefined,
    natGateways,
    routeTables,
    endpoints: endpointBlueprints(spec, subnets, routeTables),
  };
}

function natGatewayBlueprints({ spec: { zones, network } }: ClusterSpec): readonly NatGatewayBlueprint[] {
  if (network.natGateways === 'perZone') return zones.map((zone) => ({ key: zone, subnetKey: `public-${zone}` }));
  return zones.slice(0, 1).map((zone) => ({ key: 'shared', subnetKey: `public-${zone}` }));
}

function routeTableBlueprints(
  subnets: readonly SubnetBlueprint[],
  natGateways: readonly NatGatewayBlueprint[],
): readonly RouteTableBlueprint[] {
  const publicTable: RouteTableBlueprint = {
    key: 'public',
    subnetKeys: subnets.filter(({ access }) => access === 'public').map(({ key }) => key),
    defaultRoute: { via: 'internetGateway' },
  };
  const privateTables = natGateways.map(
    (gateway): RouteTableBlueprint => ({
      key: `private-${gateway.key}`,
      subnetKeys: subnets
        .filter(({ access, zone }) => access === 'private' && (gateway.key === 'shared' || gateway.key === zone))
        .map(({ key }) => key),
      defaultRoute: { via: 'natGateway', natGatewayKey: gateway.key },
    }),
  );
  return [publicTable, ...privateTables];
}

function endpointBlueprints(
  { spec: { region, zones, network } }: ClusterSpec,
  subnets: readonly SubnetBlueprint[],
  routeTables: readonly RouteTableBlueprint[],
): readonly EndpointBlueprint[] {
  // Images and binaries come from S3: its gateway endpoint is free, the way through NAT is not.
  const gateways = routeTables.length === 0 ? [] : (network.endpoints.gateway ?? ['s3']);
  const service = (name: string) => `com.amazonaws.${region}.${name}`;
  return [
    ...gateways.map(
      (name): EndpointBlueprint => ({
        key: name,
        kind: 'gateway',
        service: service(name),
        routeTableKeys: routeTables.map(({ key }) => key),
      }),
    ),
    ...network.endpoints.interface.map(
      (name): EndpointBlueprint => ({
        key: name,
        kind: 'interface',
        service: service(name),
        subnetKeys: oneSubnetPerZone(subnets, zones, 'private'),
        securityGroupKey: 'endpoints',
      }),
    ),
  ];
}
