import type { NatGateway } from '@aws-sdk/client-ec2';
import { nowOf, tableOf, type World } from '../world.ts';
import { notFound } from './resourceTypes.ts';
import { shownTags } from './tags.ts';
import type { Visible } from './visibility.ts';

export interface NatGatewayRow extends Visible {
  readonly natGatewayId: string;
  readonly vpcId: string;
  /** Missing for a regional one. */
  readonly subnetId?: string;
  readonly availabilityMode: 'zonal' | 'regional';
  /** Regional only: AWS follows the VPC's subnets into new zones. */
  readonly autoProvisionZones: boolean;
  readonly connectivityType: 'public' | 'private';
  readonly addresses: readonly NatGatewayAddressRow[];
  /** When it leaves `pending`: available, or failed for this reason. */
  readonly settledAt: number;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly deletion?: { readonly requestedAt: number; readonly done: boolean };
}

export interface NatGatewayAddressRow {
  readonly zone: string;
  readonly networkInterfaceId?: string;
  readonly privateIp?: string;
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
}

export const natGateways = tableOf<NatGatewayRow>('ec2.natGateways');

/** A deleted or failed gateway stays visible for about an hour (source: VPC user guide, "Work with NAT gateways"). */
const shownAfterEnd = 60 * 60_000;

/** The gateway of this id, or what EC2 answers without one. */
export function natGatewayOf(world: World, natGatewayId: string): NatGatewayRow {
  const found = natGateways(world).get(natGatewayId);
  if (!found || !isShown(world, found)) throw notFound('natgateway', natGatewayId);
  return found;
}

export type NatGatewayState = 'pending' | 'failed' | 'available' | 'deleting' | 'deleted';

export function natGatewayState(world: World, { settledAt, failure, deletion }: NatGatewayRow): NatGatewayState {
  if (deletion) return deletion.done ? 'deleted' : 'deleting';
  if (nowOf(world) < settledAt) return 'pending';
  return failure ? 'failed' : 'available';
}

/** Gateways of a VPC that still hold something in it. */
export function liveNatGatewaysOf(world: World, vpcId: string): NatGatewayRow[] {
  const ended = new Set<NatGatewayState>(['failed', 'deleted']);
  return [...natGateways(world).rows()].filter((row) => row.vpcId === vpcId && !ended.has(natGatewayState(world, row)));
}

export function isShown(world: World, row: NatGatewayRow): boolean {
  if (row.deletion?.done) return nowOf(world) < row.deletion.requestedAt + shownAfterEnd;
  return !row.failure || nowOf(world) < row.settledAt + shownAfterEnd;
}

/** A NAT gateway as EC2 shows it. */
export function shownNatGateway(world: World, row: NatGatewayRow): NatGateway {
  const state = natGatewayState(world, row);
  return {
    NatGatewayId: row.natGatewayId,
    VpcId: row.vpcId,
    ...(row.subnetId === undefined ? {} : { SubnetId: row.subnetId }),
    State: state,
    ConnectivityType: row.connectivityType,
    AvailabilityMode: row.availabilityMode,
    CreateTime: new Date(row.createdAt),
    ...(row.availabilityMode === 'regional'
      ? { AutoProvisionZones: row.autoProvisionZones ? 'enabled' : 'disabled' }
      : {}),
    ...(row.deletion ? { DeleteTime: new Date(row.deletion.requestedAt) } : {}),
    ...(state === 'failed' && row.failure
      ? { FailureCode: row.failure.code, FailureMessage: row.failure.message }
      : {}),
    NatGatewayAddresses: row.addresses.map((address, index) => ({
      ...(address.allocationId === undefined ? {} : { AllocationId: address.allocationId }),
      ...(address.associationId === undefined ? {} : { AssociationId: address.associationId }),
      ...(address.networkInterfaceId === undefined ? {} : { NetworkInterfaceId: address.networkInterfaceId }),
      ...(address.privateIp === undefined ? {} : { PrivateIp: address.privateIp }),
      ...(address.publicIp === undefined ? {} : { PublicIp: address.publicIp }),
      ...(row.availabilityMode === 'regional' ? { AvailabilityZone: address.zone } : {}),
      IsPrimary: index === 0,
      Status: state === 'available' ? ('succeeded' as const) : ('associating' as const),
    })),
    Tags: shownTags(world, row.natGatewayId),
  };
}

export const deletedJob = 'ec2.natGatewayDeleted';
export const forgottenJob = 'ec2.natGatewayForgotten';

/** Removes what is no longer shown of a gateway that failed or was deleted. */
export function forgetLater(world: World, natGatewayId: string, afterMilliseconds = 0): void {
  world.jobs.schedule(forgottenJob, afterMilliseconds + shownAfterEnd, natGatewayId);
}
