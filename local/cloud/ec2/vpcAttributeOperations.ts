import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { accessTo, accessToAll } from './access.ts';
import { describeInput, describeRows } from './describe.ts';
import { shownVpc, stateOf, vpcOf, vpcs } from './vpcs.ts';

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
