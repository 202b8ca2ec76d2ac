import type { Vpc } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf, tableOf, type World } from '../world.ts';
import { accessTo, accessToAll } from './access.ts';
import { type Cidr, parseCidr } from './cidr.ts';
import { describeInput, describeRows } from './describe.ts';
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

const stateOf = (world: World, vpc: VpcRow) => (vpc.listedAt <= nowOf(world) ? 'available' : 'pending');

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

export const DescribeVpcs = operation({
  input: z.strictObject({ VpcIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeVpcs'),
  run: (world, input) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeVpcs',
      type: 'vpc',
      table: vpcs(world),
      ids: input.VpcIds,
      request: input,
      idOf: (vpc) => vpc.vpcId,
      fields: {
        'vpc-id': (vpc) => vpc.vpcId,
        cidr: (vpc) => vpc.cidrBlocks[0]?.cidrBlock,
        'cidr-block-association.cidr-block': (vpc) => vpc.cidrBlocks.map(({ cidrBlock }) => cidrBlock),
        state: (vpc, at) => stateOf(at, vpc),
        'is-default': () => false,
        'owner-id': (_, at) => at.account,
        'dhcp-options-id': (vpc) => vpc.dhcpOptionsId,
      },
    });
    return { Vpcs: rows.map((vpc) => shownVpc(world, vpc)), NextToken: nextToken };
  },
});

export const DescribeVpcAttribute = operation({
  input: z.strictObject({
    VpcId: z.string(),
    Attribute: z.enum(['enableDnsSupport', 'enableDnsHostnames', 'enableNetworkAddressUsageMetrics']),
  }),
  access: (world, { VpcId }) => [accessTo(world, 'DescribeVpcAttribute', VpcId)],
  run: (world, { VpcId, Attribute }) => {
    const vpc = vpcOf(world, VpcId);
    // Nobody can turn it on here.
    if (Attribute === 'enableNetworkAddressUsageMetrics')
      return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } };
    const shown = { Value: vpc[Attribute] };
    return Attribute === 'enableDnsSupport' ? { VpcId, EnableDnsSupport: shown } : { VpcId, EnableDnsHostnames: shown };
  },
});

const attributeValue = z.strictObject({ Value: z.boolean() }).optional();

export const ModifyVpcAttribute = operation({
  input: z.strictObject({ VpcId: z.string(), EnableDnsSupport: attributeValue, EnableDnsHostnames: attributeValue }),
  access: (world, { VpcId }) => [accessTo(world, 'ModifyVpcAttribute', VpcId)],
  run: (world, { VpcId, EnableDnsSupport, EnableDnsHostnames }) => {
    const vpc = vpcOf(world, VpcId);
    if ((EnableDnsSupport === undefined) === (EnableDnsHostnames === undefined)) {
      throw new AwsError('InvalidParameterCombination', 'Exactly one attribute must be given');
    }
    vpcs(world).put(VpcId, {
      ...vpc,
      enableDnsSupport: EnableDnsSupport?.Value ?? vpc.enableDnsSupport,
      enableDnsHostnames: EnableDnsHostnames?.Value ?? vpc.enableDnsHostnames,
    });
    return {};
  },
});
