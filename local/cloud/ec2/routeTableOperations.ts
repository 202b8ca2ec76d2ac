import type { Route, RouteTable } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate, ec2Arn } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { describeInput, describeRows } from './describe.ts';
import { associationsOf } from './routeTableAssociations.ts';
import {
  addRouteTable,
  type RouteTableRow,
  removeRouteTable,
  routeTableOf,
  routeTables,
  routeTablesOfVpc,
  vpcKey,
} from './routeTables.ts';
import { isBlackhole, type RouteRow, shownTarget } from './routeTargets.ts';
import { shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { vpcOf } from './vpcs.ts';

function shownRouteTable(world: World, row: RouteTableRow): RouteTable {
  const { routeTableId, vpcId, mainAssociationId } = row;
  const associated = { State: 'associated' } as const;
  const main = mainAssociationId === undefined ? [] : [{ associationId: mainAssociationId, subnetId: undefined }];
  return {
    RouteTableId: routeTableId,
    VpcId: vpcId,
    OwnerId: world.account,
    PropagatingVgws: [],
    Associations: [...main, ...associationsOf(world, routeTableId)].map(({ associationId, subnetId }) => ({
      RouteTableAssociationId: associationId,
      RouteTableId: routeTableId,
      Main: subnetId === undefined,
      AssociationState: associated,
      ...(subnetId === undefined ? {} : { SubnetId: subnetId }),
    })),
    Routes: [
      ...vpcOf(world, vpcId).cidrBlocks.map(({ cidrBlock }) => ({
        DestinationCidrBlock: cidrBlock,
        GatewayId: 'local',
        Origin: 'CreateRouteTable' as const,
        State: 'active' as const,
      })),
      ...row.routes.map((route) => ({
        ...shownDestination(route),
        ...shownTarget(world, route.target),
        Origin: 'CreateRoute' as const,
        State: isBlackhole(world, vpcId, route.target) ? ('blackhole' as const) : ('active' as const),
      })),
    ],
    Tags: shownTags(world, routeTableId),
  };
}

function shownDestination({ destination }: RouteRow): Route {
  return destination.startsWith('pl-')
    ? { DestinationPrefixListId: destination }
    : { DestinationCidrBlock: destination };
}

export const CreateRouteTable = operation({
  input: z.strictObject({
    VpcId: z.string(),
    ClientToken: z.string().optional(),
    TagSpecifications: tagSpecificationsInput,
  }),
  access: (world, { VpcId, TagSpecifications }) => [
    ...accessToCreate(world, 'CreateRouteTable', 'route-table', TagSpecifications, {
      'ec2:Vpc': ec2Arn(world, 'vpc', VpcId),
    }),
    accessTo(world, 'CreateRouteTable', VpcId),
  ],
  run: (world, { ClientToken, ...parameters }) => {
    const { vpcId } = vpcOf(world, parameters.VpcId);
    const tags = tagsFor('route-table', parameters.TagSpecifications);
    const call = { operation: 'CreateRouteTable', token: ClientToken, parameters };
    const [id = ''] = onceForToken(world, call, () => {
      if (routeTablesOfVpc(world, vpcId).length >= quotaOf(world, 'L-589F43AA')) {
        throw new AwsError('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
      }
      return [addRouteTable(world, { vpcId, isMain: false, tags }).routeTableId];
    });
    return { RouteTable: shownRouteTable(world, routeTableOf(world, id)), ClientToken };
  },
});

export const DescribeRouteTables = operation({
  input: z.strictObject({ RouteTableIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeRouteTables'),
  run: (world, input) => {
    const targets = (pick: (target: RouteRow['target']) => string | undefined) => (row: RouteTableRow) =>
      row.routes.map(({ target }) => pick(target));
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeRouteTables',
      type: 'route-table',
      table: routeTables(world),
      ids: input.RouteTableIds,
      request: input,
      idOf: (row) => row.routeTableId,
      fields: {
        'route-table-id': (row) => row.routeTableId,
        'vpc-id': (row) => row.vpcId,
        'owner-id': (_, at) => at.account,
        'association.main': (row) => row.mainAssociationId !== undefined,
        'association.route-table-id': (row, at) =>
          row.mainAssociationId !== undefined || associationsOf(at, row.routeTableId).length > 0
            ? row.routeTableId
            : undefined,
        'association.route-table-association-id': (row, at) => [
          row.mainAssociationId,
          ...associationsOf(at, row.routeTableId).map(({ associationId }) => associationId),
        ],
        'association.subnet-id': (row, at) => associationsOf(at, row.routeTableId).map(({ subnetId }) => subnetId),
        'route.destination-cidr-block': (row) => row.routes.map(({ destination }) => destination),
        'route.gateway-id': targets((target) => (target.kind === 'gateway' ? target.id : undefined)),
        'route.nat-gateway-id': targets((target) => (target.kind === 'natGateway' ? target.id : undefined)),
      },
    });
    return { RouteTables: rows.map((row) => shownRouteTable(world, row)), NextToken: nextToken };
  },
});

export const DeleteRouteTable = operation({
  input: z.strictObject({ RouteTableId: z.string() }),
  access: (world, { RouteTableId: id }) => [accessTo(world, 'DeleteRouteTable', id, vpcKey(world, id))],
  run: (world, { RouteTableId: id }) => {
    const row = routeTableOf(world, id);
    if (row.mainAssociationId !== undefined || associationsOf(world, id).length > 0) {
      throw new AwsError('DependencyViolation', `The routeTable '${id}' has dependencies and cannot be deleted.`);
    }
    removeRouteTable(world, id);
    return {};
  },
});
