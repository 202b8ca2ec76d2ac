import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { accessTo, accessToCreate } from './access.ts';
import { type Cidr, overlaps, parseCidr, showCidr } from './cidr.ts';
import { internetGatewayOfVpc } from './internetGateways.ts';
import { liveNatGatewaysOf } from './natGateways.ts';
import { networkInterfaces } from './networkInterfaces.ts';
import { addRouteTable, removeRouteTable, routeTablesOfVpc } from './routeTables.ts';
import { addSecurityGroup, groupsOfVpc, removeSecurityGroup, securityGroups } from './securityGroups.ts';
import { subnetsOfVpc } from './subnets.ts';
import { dropTags, putTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { vpcEndpointsOfVpc } from './vpcEndpoints.ts';
import { cidrsOf, shownVpc, type VpcRow, vpcOf, vpcs } from './vpcs.ts';

/** The account's own set, which every region has from the start. */
const dhcpOptionsId = 'dopt-0a1b2c3d4e5f60718';

export const CreateVpc = operation({
  input: z.strictObject({
    CidrBlock: z.string(),
    InstanceTenancy: z.enum(['default', 'dedicated']).optional(),
    TagSpecifications: tagSpecificationsInput,
  }),
  access: (world, { TagSpecifications }) => accessToCreate(world, 'CreateVpc', 'vpc', TagSpecifications),
  run: (world, { CidrBlock, InstanceTenancy, TagSpecifications }) => {
    const tags = tagsFor('vpc', TagSpecifications);
    const cidr = vpcRange(CidrBlock);
    if (vpcs(world).size >= quotaOf(world, 'L-F678F1CE')) {
      throw new AwsError('VpcLimitExceeded', 'The maximum number of VPCs has been reached.');
    }
    const vpcId = newId(world, 'vpc');
    const row: VpcRow = {
      vpcId,
      cidrBlocks: [{ associationId: newId(world, 'vpc-cidr-assoc'), cidrBlock: showCidr(cidr) }],
      instanceTenancy: InstanceTenancy ?? 'default',
      enableDnsSupport: true,
      enableDnsHostnames: false,
      mainRouteTableId: addRouteTable(world, { vpcId, isMain: true }).routeTableId,
      defaultSecurityGroupId: addDefaultGroup(world, vpcId),
      dhcpOptionsId,
      ...visibleSoon(world),
    };
    vpcs(world).put(vpcId, row);
    putTags(world, 'vpc', vpcId, tags);
    return { Vpc: shownVpc(world, row) };
  },
});

function vpcRange(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new AwsError('InvalidParameterValue', `Value (${text}) for parameter cidrBlock is invalid.`);
  if (cidr.prefixLength >= 16 && cidr.prefixLength <= 28) return cidr;
  throw new AwsError('InvalidVpcRange', `The CIDR '${text}' is invalid.`);
}

/** Every VPC has a group whose members reach each other. */
function addDefaultGroup(world: World, vpcId: string): string {
  const group = addSecurityGroup(world, { vpcId, groupName: 'default', description: 'default VPC security group' });
  const { groupId } = group;
  const ruleId = newId(world, 'sgr');
  const fromItself = { ruleId, isEgress: false, protocol: '-1', fromPort: -1, toPort: -1, referencedGroupId: groupId };
  securityGroups(world).put(groupId, { ...group, rules: [...group.rules, fromItself] });
  putTags(world, 'security-group-rule', ruleId, {});
  return groupId;
}

export const AssociateVpcCidrBlock = operation({
  input: z.strictObject({ VpcId: z.string(), CidrBlock: z.string() }),
  access: (world, { VpcId }) => [accessTo(world, 'AssociateVpcCidrBlock', VpcId)],
  run: (world, { VpcId, CidrBlock }) => {
    const vpc = vpcOf(world, VpcId);
    const cidr = vpcRange(CidrBlock);
    if (cidrsOf(vpc).some((present) => overlaps(present, cidr))) {
      throw new AwsError('InvalidVpcRange', `The CIDR '${CidrBlock}' conflicts with a CIDR of the VPC`);
    }
    if (vpc.cidrBlocks.length >= quotaOf(world, 'L-83CA0A9D')) {
      throw new AwsError('CidrLimitExceeded', `This network '${VpcId}' has met its maximum number of allowed CIDRs`);
    }
    const added = { associationId: newId(world, 'vpc-cidr-assoc'), cidrBlock: showCidr(cidr) };
    vpcs(world).put(VpcId, { ...vpc, cidrBlocks: [...vpc.cidrBlocks, added] });
    return {
      VpcId,
      CidrBlockAssociation: {
        AssociationId: added.associationId,
        CidrBlock: added.cidrBlock,
        CidrBlockState: { State: 'associating' },
      },
    };
  },
});

export const DeleteVpc = operation({
  input: z.strictObject({ VpcId: z.string() }),
  access: (world, { VpcId }) => [accessTo(world, 'DeleteVpc', VpcId)],
  run: (world, { VpcId }) => {
    vpcOf(world, VpcId);
    if (hasDependents(world, VpcId)) {
      throw new AwsError('DependencyViolation', `The vpc '${VpcId}' has dependencies and cannot be deleted.`);
    }
    for (const { routeTableId } of routeTablesOfVpc(world, VpcId)) removeRouteTable(world, routeTableId);
    for (const group of groupsOfVpc(world, VpcId)) removeSecurityGroup(world, group);
    vpcs(world).delete(VpcId);
    dropTags(world, VpcId);
    return {};
  },
});

/** The main route table and the default group go with the VPC; everything else must be gone before. */
function hasDependents(world: World, vpcId: string): boolean {
  return (
    internetGatewayOfVpc(world, vpcId) !== undefined ||
    subnetsOfVpc(world, vpcId).length > 0 ||
    liveNatGatewaysOf(world, vpcId).length > 0 ||
    vpcEndpointsOfVpc(world, vpcId).length > 0 ||
    routeTablesOfVpc(world, vpcId).some((table) => table.mainAssociationId === undefined) ||
    groupsOfVpc(world, vpcId).some((group) => group.groupName !== 'default') ||
    [...networkInterfaces(world).rows()].some((row) => row.vpcId === vpcId)
  );
}
