import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { newId, type World } from '../world.ts';
import { accessTo } from './access.ts';
import { associationById, subnetAssociations } from './routeTableAssociations.ts';
import { routeTableOf, routeTables, vpcKey } from './routeTables.ts';
import { subnetOf } from './subnets.ts';
import { vpcOf, vpcs } from './vpcs.ts';

export const AssociateRouteTable = operation({
  input: z.strictObject({ RouteTableId: z.string(), SubnetId: z.string() }),
  access: (world, { RouteTableId, SubnetId }) => [
    accessTo(world, 'AssociateRouteTable', RouteTableId, vpcKey(world, RouteTableId)),
    accessTo(world, 'AssociateRouteTable', SubnetId),
  ],
  run: (world, { RouteTableId: routeTableId, SubnetId: subnetId }) => {
    const subnet = subnetOf(world, subnetId);
    if (routeTableOf(world, routeTableId).vpcId !== subnet.vpcId) {
      throw new AwsError(
        'InvalidParameterValue',
        `Route table ${routeTableId} and subnet ${subnetId} belong to different networks`,
      );
    }
    const present = subnetAssociations(world).get(subnetId);
    if (present && present.routeTableId !== routeTableId) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `the specified association for route table ${routeTableId} conflicts with an existing association`,
      );
    }
    const association = present ?? { associationId: newId(world, 'rtbassoc'), subnetId, routeTableId };
    subnetAssociations(world).put(subnetId, association);
    return { AssociationId: association.associationId, AssociationState: { State: 'associated' } };
  },
});

export const DisassociateRouteTable = operation({
  input: z.strictObject({ AssociationId: z.string() }),
  access: (world, { AssociationId }) => {
    const { routeTableId, subnetId } = associationOf(world, AssociationId);
    return [
      accessTo(world, 'DisassociateRouteTable', routeTableId, vpcKey(world, routeTableId)),
      accessTo(world, 'DisassociateRouteTable', subnetId),
    ];
  },
  run: (world, { AssociationId }) => {
    subnetAssociations(world).delete(associationOf(world, AssociationId).subnetId);
    return {};
  },
});

export const ReplaceRouteTableAssociation = operation({
  input: z.strictObject({ AssociationId: z.string(), RouteTableId: z.string() }),
  access: (world, { RouteTableId }) => [
    accessTo(world, 'ReplaceRouteTableAssociation', RouteTableId, vpcKey(world, RouteTableId)),
  ],
  run: (world, { AssociationId, RouteTableId: routeTableId }) => {
    const table = routeTableOf(world, routeTableId);
    const main = [...routeTables(world).rows()].find((row) => row.mainAssociationId === AssociationId);
    const former = main ?? routeTableOf(world, associationOf(world, AssociationId).routeTableId);
    if (former.vpcId !== table.vpcId) {
      throw new AwsError(
        'InvalidParameterValue',
        `Route tables ${former.routeTableId} and ${routeTableId} belong to different networks`,
      );
    }
    const associationId = newId(world, 'rtbassoc');
    if (main) {
      const { mainAssociationId: _, ...ordinary } = main;
      routeTables(world).put(main.routeTableId, ordinary);
      routeTables(world).put(routeTableId, { ...routeTableOf(world, routeTableId), mainAssociationId: associationId });
      vpcs(world).put(table.vpcId, { ...vpcOf(world, table.vpcId), mainRouteTableId: routeTableId });
    } else {
      const { subnetId } = associationOf(world, AssociationId);
      subnetAssociations(world).put(subnetId, { associationId, subnetId, routeTableId });
    }
    return { NewAssociationId: associationId, AssociationState: { State: 'associated' } };
  },
});

function associationOf(world: World, associationId: string) {
  const found = associationById(world, associationId);
  if (found) return found;
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
}
