import { tableOf, type World } from '../world.ts';

/** Which table a subnet uses when it is not the main one, by subnet. */
export interface SubnetAssociation {
  readonly associationId: string;
  readonly subnetId: string;
  readonly routeTableId: string;
}

export const subnetAssociations = tableOf<SubnetAssociation>('ec2.routeTableAssociations');

export function associationsOf(world: World, routeTableId: string): SubnetAssociation[] {
  return [...subnetAssociations(world).rows()].filter((each) => each.routeTableId === routeTableId);
}

export function associationById(world: World, associationId: string): SubnetAssociation | undefined {
  for (const each of subnetAssociations(world).rows()) if (each.associationId === associationId) return each;
  return undefined;
}

/** A subnet that is gone is associated no more. */
export function forgetSubnet(world: World, subnetId: string): void {
  subnetAssociations(world).delete(subnetId);
}
