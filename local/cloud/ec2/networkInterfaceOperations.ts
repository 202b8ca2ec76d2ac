import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate, ec2Arn } from './access.ts';
import { onceForToken } from './clientTokens.ts';
import { describeInput, describeRows } from './describe.ts';
import { addInterface, checkGroups } from './networkInterfaceCreation.ts';
import { interfaceStatus, networkInterfaceOf, networkInterfaces, removeInterface } from './networkInterfaces.ts';
import { securityGroupOf } from './securityGroups.ts';
import { shownInterface } from './shownInterface.ts';
import { subnetOf } from './subnets.ts';
import { tagSpecificationsInput, tagsFor } from './tags.ts';

export const CreateNetworkInterface = operation({
  input: z.strictObject({
    SubnetId: z.string(),
    Groups: z.array(z.string()).optional(),
    PrivateIpAddress: z.string().optional(),
    Description: z.string().optional(),
    ClientToken: z.string().optional(),
    TagSpecifications: tagSpecificationsInput,
  }),
  access: (world, { SubnetId, Groups, TagSpecifications }) => [
    ...accessToCreate(world, 'CreateNetworkInterface', 'network-interface', TagSpecifications, {
      'ec2:Subnet': ec2Arn(world, 'subnet', SubnetId),
      'ec2:Vpc': ec2Arn(world, 'vpc', subnetOf(world, SubnetId).vpcId),
    }),
    accessTo(world, 'CreateNetworkInterface', SubnetId, vpcKey(world, subnetOf(world, SubnetId))),
    ...(Groups ?? []).map((id) =>
      accessTo(world, 'CreateNetworkInterface', id, vpcKey(world, securityGroupOf(world, id))),
    ),
  ],
  run: (world, { ClientToken, ...parameters }) => {
    const { SubnetId, Groups, PrivateIpAddress, Description, TagSpecifications } = parameters;
    const tags = tagsFor('network-interface', TagSpecifications);
    const [id = ''] = onceForToken(
      world,
      { operation: 'CreateNetworkInterface', token: ClientToken, parameters },
      () => {
        const created = addInterface(world, {
          subnetId: SubnetId,
          groupIds: Groups,
          privateIpAddress: PrivateIpAddress,
          description: Description,
          tags,
        });
        return [created.networkInterfaceId];
      },
    );
    const shown = shownInterface(world, networkInterfaceOf(world, id));
    return { NetworkInterface: { ...shown, Status: 'pending' }, ClientToken };
  },
});

export const DescribeNetworkInterfaces = operation({
  input: z.strictObject({ NetworkInterfaceIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeNetworkInterfaces'),
  run: (world, input) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeNetworkInterfaces',
      type: 'network-interface',
      table: networkInterfaces(world),
      ids: input.NetworkInterfaceIds,
      request: input,
      idOf: (row) => row.networkInterfaceId,
      fields: {
        'network-interface-id': (row) => row.networkInterfaceId,
        'vpc-id': (row) => row.vpcId,
        'subnet-id': (row) => row.subnetId,
        'availability-zone': (row) => row.zone,
        description: (row) => row.description,
        'group-id': (row) => row.groupIds,
        'interface-type': (row) => row.interfaceType,
        'private-ip-address': (row) => row.privateIpAddress,
        'addresses.private-ip-address': (row) => row.privateIpAddress,
        'association.public-ip': (row) => row.publicAddress?.publicIp,
        'association.allocation-id': (row) => row.publicAddress?.allocationId,
        'attachment.instance-id': (row) => row.attachment?.instanceId,
        'attachment.attachment-id': (row) => row.attachment?.attachmentId,
        'attachment.device-index': (row) => row.attachment?.deviceIndex,
        'requester-managed': (row) => row.requesterId !== undefined,
        'requester-id': (row) => row.requesterId,
        'source-dest-check': (row) => row.sourceDestCheck,
        'mac-address': (row) => row.macAddress,
        'owner-id': (_, at) => at.account,
        status: (row, at) => interfaceStatus(at, row),
      },
    });
    return { NetworkInterfaces: rows.map((row) => shownInterface(world, row)), NextToken: nextToken };
  },
});

export const DeleteNetworkInterface = operation({
  input: z.strictObject({ NetworkInterfaceId: z.string() }),
  access: (world, { NetworkInterfaceId: id }) => [
    accessTo(world, 'DeleteNetworkInterface', id, vpcKey(world, networkInterfaceOf(world, id))),
  ],
  run: (world, { NetworkInterfaceId: id }) => {
    const row = networkInterfaceOf(world, id);
    if (row.attachment) {
      throw new AwsError('InvalidParameterValue', `Network interface '${id}' is currently in use.`);
    }
    removeInterface(world, id);
    return {};
  },
});

export const ModifyNetworkInterfaceAttribute = operation({
  input: z.strictObject({
    NetworkInterfaceId: z.string(),
    SourceDestCheck: z.strictObject({ Value: z.boolean() }).optional(),
    Groups: z.array(z.string()).optional(),
    Description: z.strictObject({ Value: z.string() }).optional(),
    Attachment: z.strictObject({ AttachmentId: z.string(), DeleteOnTermination: z.boolean() }).optional(),
  }),
  access: (world, { NetworkInterfaceId: id, Groups }) => [
    accessTo(world, 'ModifyNetworkInterfaceAttribute', id, vpcKey(world, networkInterfaceOf(world, id))),
    ...(Groups ?? []).map((groupId) =>
      accessTo(world, 'ModifyNetworkInterfaceAttribute', groupId, vpcKey(world, securityGroupOf(world, groupId))),
    ),
  ],
  run: (world, { NetworkInterfaceId: id, ...changes }) => {
    const row = networkInterfaceOf(world, id);
    if (Object.values(changes).filter((change) => change !== undefined).length !== 1) {
      throw new AwsError('InvalidParameterCombination', 'Exactly one attribute must be given');
    }
    if (row.requesterId !== undefined) {
      throw new AwsError('OperationNotPermitted', `You do not have permission to access the resource ${id}`);
    }
    const { SourceDestCheck, Groups, Description, Attachment } = changes;
    if (Groups) checkGroups(world, row.vpcId, Groups);
    if (Attachment && row.attachment?.attachmentId !== Attachment.AttachmentId) {
      throw new AwsError('InvalidAttachmentID.NotFound', `The attachment '${Attachment.AttachmentId}' does not exist`);
    }
    networkInterfaces(world).put(id, {
      ...row,
      sourceDestCheck: SourceDestCheck?.Value ?? row.sourceDestCheck,
      groupIds: Groups ?? row.groupIds,
      description: Description?.Value ?? row.description,
      ...(Attachment && row.attachment
        ? { attachment: { ...row.attachment, deleteOnTermination: Attachment.DeleteOnTermination } }
        : {}),
    });
    return {};
  },
});

/** The condition key by which policies bind a resource to its VPC. */
function vpcKey(world: World, { vpcId }: { readonly vpcId: string }): Record<string, string> {
  return { 'ec2:Vpc': ec2Arn(world, 'vpc', vpcId) };
}
