import type { Subnet } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World, type Zone } from '../world.ts';
import { accessTo, accessToAll, accessToCreate, ec2Arn } from './access.ts';
import { type Cidr, containsCidr, overlaps, parseCidr, showCidr } from './cidr.ts';
import { describeInput, describeRows } from './describe.ts';
import { addressesInUse, forgetAddresses, freeAddressCount } from './privateAddresses.ts';
import { forgetSubnet } from './routeTableAssociations.ts';
import { type SubnetRow, subnetOf, subnets, subnetsOfVpc } from './subnets.ts';
import { dropTags, putTags, shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { cidrsOf, type VpcRow, vpcOf } from './vpcs.ts';

const stateOf = (world: World, subnet: SubnetRow) => (subnet.listedAt <= nowOf(world) ? 'available' : 'pending');

function shownSubnet(world: World, subnet: SubnetRow): Subnet {
  return {
    SubnetId: subnet.subnetId,
    SubnetArn: ec2Arn(world, 'subnet', subnet.subnetId),
    VpcId: subnet.vpcId,
    OwnerId: world.account,
    State: stateOf(world, subnet),
    CidrBlock: subnet.cidrBlock,
    AvailabilityZone: subnet.zone.name,
    AvailabilityZoneId: subnet.zone.id,
    AvailableIpAddressCount: freeAddressCount(world, subnet),
    MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
    AssignIpv6AddressOnCreation: false,
    DefaultForAz: false,
    EnableDns64: false,
    Ipv6Native: false,
    Ipv6CidrBlockAssociationSet: [],
    PrivateDnsNameOptionsOnLaunch: { ...subnet.privateDnsNameOptions, EnableResourceNameDnsAAAARecord: false },
    Tags: shownTags(world, subnet.subnetId),
  };
}

export const CreateSubnet = operation({
  input: z.strictObject({
    VpcId: z.string(),
    CidrBlock: z.string(),
    AvailabilityZone: z.string().optional(),
    AvailabilityZoneId: z.string().optional(),
    TagSpecifications: tagSpecificationsInput,
  }),
  access: (world, { VpcId, TagSpecifications }) => [
    ...accessToCreate(world, 'CreateSubnet', 'subnet', TagSpecifications),
    accessTo(world, 'CreateSubnet', VpcId),
  ],
  run: (world, input) => {
    const vpc = vpcOf(world, input.VpcId);
    const tags = tagsFor('subnet', input.TagSpecifications);
    const zone = zoneOf(world, input.AvailabilityZone, input.AvailabilityZoneId);
    const others = subnetsOfVpc(world, vpc.vpcId);
    const cidr = subnetRange(vpc, others, input.CidrBlock);
    if (others.length >= quotaOf(world, 'L-407747CB')) {
      throw new AwsError('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
    }
    const subnet: SubnetRow = {
      subnetId: newId(world, 'subnet'),
      vpcId: vpc.vpcId,
      zone,
      cidrBlock: showCidr(cidr),
      mapPublicIpOnLaunch: false,
      privateDnsNameOptions: { HostnameType: 'ip-name', EnableResourceNameDnsARecord: false },
      ...visibleSoon(world),
    };
    subnets(world).put(subnet.subnetId, subnet);
    putTags(world, 'subnet', subnet.subnetId, tags);
    return { Subnet: shownSubnet(world, subnet) };
  },
});

function zoneOf(world: World, name: string | undefined, id: string | undefined): Zone {
  const wanted = name ?? id;
  const zone = world.zones.find((each) => wanted === undefined || each.name === name || each.id === id);
  if (zone) return zone;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${wanted}) for parameter availabilityZone is invalid. Subnets can currently only be created in the ` +
      `following availability zones: ${world.zones.map((each) => each.name).join(', ')}.`,
  );
}

function subnetRange(vpc: VpcRow, others: readonly SubnetRow[], text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) {
    throw new AwsError('InvalidParameterValue', `Value (${text}) for parameter cidrBlock is invalid.`);
  }
  const legalSize = cidr.prefixLength >= 16 && cidr.prefixLength <= 28;
  if (!legalSize || !cidrsOf(vpc).some((block) => containsCidr(block, cidr))) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  for (const other of others) {
    const taken = parseCidr(other.cidrBlock);
    if (taken && overlaps(taken, cidr)) {
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
    }
  }
  return cidr;
}

export const DescribeSubnets = operation({
  input: z.strictObject({ SubnetIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeSubnets'),
  run: (world, input) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeSubnets',
      type: 'subnet',
      table: subnets(world),
      ids: input.SubnetIds,
      request: input,
      idOf: (subnet) => subnet.subnetId,
      fields: {
        'subnet-id': (subnet) => subnet.subnetId,
        'vpc-id': (subnet) => subnet.vpcId,
        'cidr-block': (subnet) => subnet.cidrBlock,
        'availability-zone': (subnet) => subnet.zone.name,
        'availability-zone-id': (subnet) => subnet.zone.id,
        'available-ip-address-count': (subnet, at) => freeAddressCount(at, subnet),
        'default-for-az': () => false,
        'map-public-ip-on-launch': (subnet) => subnet.mapPublicIpOnLaunch,
        'owner-id': (_, at) => at.account,
        state: (subnet, at) => stateOf(at, subnet),
      },
    });
    return { Subnets: rows.map((subnet) => shownSubnet(world, subnet)), NextToken: nextToken };
  },
});

export const DeleteSubnet = operation({
  input: z.strictObject({ SubnetId: z.string() }),
  access: (world, { SubnetId }) => [accessTo(world, 'DeleteSubnet', SubnetId, vpcKey(world, SubnetId))],
  run: (world, { SubnetId }) => {
    const subnet = subnetOf(world, SubnetId);
    if (addressesInUse(world, subnet) > 0) {
      throw new AwsError('DependencyViolation', `The subnet '${SubnetId}' has dependencies and cannot be deleted.`);
    }
    forgetSubnet(world, SubnetId);
    forgetAddresses(world, SubnetId);
    subnets(world).delete(SubnetId);
    dropTags(world, SubnetId);
    return {};
  },
});

const attributeValue = z.strictObject({ Value: z.boolean() }).optional();

export const ModifySubnetAttribute = operation({
  input: z.strictObject({
    SubnetId: z.string(),
    MapPublicIpOnLaunch: attributeValue,
    PrivateDnsHostnameTypeOnLaunch: z.enum(['ip-name', 'resource-name']).optional(),
    EnableResourceNameDnsARecordOnLaunch: attributeValue,
  }),
  access: (world, { SubnetId }) => [accessTo(world, 'ModifySubnetAttribute', SubnetId, vpcKey(world, SubnetId))],
  run: (world, { SubnetId, ...attributes }) => {
    const subnet = subnetOf(world, SubnetId);
    if (Object.values(attributes).filter((value) => value !== undefined).length !== 1) {
      throw new AwsError('InvalidParameterCombination', 'Exactly one attribute must be given');
    }
    const names = subnet.privateDnsNameOptions;
    subnets(world).put(SubnetId, {
      ...subnet,
      mapPublicIpOnLaunch: attributes.MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch,
      privateDnsNameOptions: {
        HostnameType: attributes.PrivateDnsHostnameTypeOnLaunch ?? names.HostnameType,
        EnableResourceNameDnsARecord:
          attributes.EnableResourceNameDnsARecordOnLaunch?.Value ?? names.EnableResourceNameDnsARecord,
      },
    });
    return {};
  },
});

/** The condition key by which policies bind a resource to its VPC. */
function vpcKey(world: World, subnetId: string): Record<string, string> {
  return { 'ec2:Vpc': ec2Arn(world, 'vpc', subnetOf(world, subnetId).vpcId) };
}
