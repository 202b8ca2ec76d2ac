import type { Blueprint, RouteTableBlueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { routeTable, subnet, vpc } from './references.ts';
import { attribute, type LeftOut, nameOf, type Part, type Resource } from './syntax.ts';

const everywhere = '0.0.0.0/0';

/** The route tables, each with its default route and its subnets. */
export function routeTablesPart(blueprint: Blueprint, observed: Observation): Part {
  const parts = blueprint.routeTables.map((table) => tablePart(blueprint, table, observed));
  const isRouted = blueprint.kubernetes.plugin === 'routed' && blueprint.routeTables.length > 0;
  return {
    resources: parts.flatMap(({ resources = [] }) => resources),
    leftOut: [
      ...parts.flatMap(({ leftOut = [] }) => leftOut),
      ...(isRouted ? [{ what: 'routes to the pods of each node', reason: 'come and go with the nodes' }] : []),
    ],
  };
}

function tablePart(blueprint: Blueprint, table: RouteTableBlueprint, observed: Observation): Part {
  const { key } = table;
  const id = idIn(observed, `route-table/${key}`);
  const found = observed.routeTables.find((one) => one.key === key);
  const hasRoute = found?.routes.includes(everywhere) ?? false;
  const associated = new Set(found?.associations.map(({ subnetId }) => subnetId));
  const subnetIds = table.subnetKeys.map((subnetKey) => [subnetKey, idIn(observed, `subnet/${subnetKey}`)] as const);
  return {
    resources: [
      {
        type: 'aws_route_table',
        name: nameOf('route-table', key),
        id,
        values: { vpc_id: vpc(blueprint), tags: tagsOf(blueprint.cluster, 'route-table', key) },
      },
      ...(hasRoute ? [defaultRoute(table, id)] : []),
      ...subnetIds
        .filter(([, subnetId]) => associated.has(subnetId))
        .map(([subnetKey, subnetId]) => association(blueprint, { key, id, subnetKey, subnetId })),
    ],
    leftOut: [
      ...(hasRoute ? [] : [missing(`the default route of route-table/${key}`)]),
      ...subnetIds
        .filter(([, subnetId]) => !associated.has(subnetId))
        .map(([subnetKey]) => missing(`the association of subnet/${subnetKey} with route-table/${key}`)),
    ],
  };
}

function defaultRoute({ key, defaultRoute: route }: RouteTableBlueprint, id: string): Resource {
  return {
    type: 'aws_route',
    name: nameOf('route-table', key, 'default'),
    id: `${id}_${everywhere}`,
    values: {
      route_table_id: routeTable(key),
      destination_cidr_block: everywhere,
      ...(route.via === 'internetGateway'
        ? { gateway_id: attribute('aws_internet_gateway', 'internet_gateway_main', 'id') }
        : { nat_gateway_id: attribute('aws_nat_gateway', nameOf('nat-gateway', route.natGatewayKey), 'id') }),
    },
  };
}

interface Association {
  readonly key: string;
  readonly id: string;
  readonly subnetKey: string;
  readonly subnetId: string;
}

const association = (blueprint: Blueprint, { key, id, subnetKey, subnetId }: Association): Resource => ({
  type: 'aws_route_table_association',
  name: nameOf('subnet', subnetKey),
  id: `${subnetId}/${id}`,
  values: { subnet_id: subnet(blueprint, subnetKey), route_table_id: routeTable(key) },
});

const missing = (what: string): LeftOut => ({ what, reason: 'AWS shows none, although the plan asks for it' });
