import type { Vpc } from '@aws-sdk/client-ec2';
import { nowOf, tableOf, type World } from '../world.ts';
import { type Cidr, parseCidr } from './cidr.ts';
import { notFound } from './resourceTypes.ts';
import { shownTags } from './tags.ts';
import type { Visible } from './visibility.ts';

export interface VpcRow extends Visible {
  readonly vpcId: string;
  /** The first is the primary one. */
  readonly cidrBlocks: readonly { readonly associationId: string; readonly cidrBlock: string }[];
  readonly instanceTenancy: 'default' | 'dedicated';
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly mainRouteTableId: string;
  readonly defaultSecurityGroupId: string;
  readonly dhcpOptionsId: string;
}

export const vpcs = tableOf<VpcRow>('ec2.vpcs');

/** The VPC of this id, or what EC2 answers without one. */
export function vpcOf(world: World, vpcId: string): VpcRow {
  const vpc = vpcs(world).get(vpcId);
  if (!vpc) throw notFound('vpc', vpcId);
  return vpc;
}

/** The blocks that are local to a VPC, as numbers. */
export function cidrsOf(vpc: VpcRow): Cidr[] {
  return vpc.cidrBlocks.flatMap(({ cidrBlock }) => parseCidr(cidrBlock) ?? []);
}

export const stateOf = (world: World, vpc: VpcRow) => (vpc.listedAt <= nowOf(world) ? 'available' : 'pending');

/** A VPC as EC2 shows it. */
export function shownVpc(world: World, vpc: VpcRow): Vpc {
  return {
    VpcId: vpc.vpcId,
    OwnerId: world.account,
    State: stateOf(world, vpc),
    CidrBlock: vpc.cidrBlocks[0]?.cidrBlock ?? '',
    CidrBlockAssociationSet: vpc.cidrBlocks.map(({ associationId, cidrBlock }) => ({
      AssociationId: associationId,
      CidrBlock: cidrBlock,
      CidrBlockState: { State: 'associated' },
    })),
    DhcpOptionsId: vpc.dhcpOptionsId,
    InstanceTenancy: vpc.instanceTenancy,
    IsDefault: false,
    Tags: shownTags(world, vpc.vpcId),
  };
}
