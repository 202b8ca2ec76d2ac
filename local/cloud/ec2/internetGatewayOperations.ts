import type { InternetGateway } from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import { describeInput, describeRows } from './describe.ts';
import {
  type InternetGatewayRow,
  internetGatewayOf,
  internetGatewayOfVpc,
  internetGateways,
} from './internetGateways.ts';
import { liveNatGatewaysOf } from './natGateways.ts';
import { networkInterfaces } from './networkInterfaces.ts';
import { dropTags, putTags, shownTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { vpcOf } from './vpcs.ts';

function shownInternetGateway(world: World, { internetGatewayId, vpcId }: InternetGatewayRow): InternetGateway {
  return {
    InternetGatewayId: internetGatewayId,
    OwnerId: world.account,
    // EC2 answers `available` here, a state that the SDK's type does not list.
    Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: 'available' as 'attached' }],
    Tags: shownTags(world, internetGatewayId),
  };
}

export const CreateInternetGateway = operation({
  input: z.strictObject({ TagSpecifications: tagSpecificationsInput }),
  access: (world, { TagSpecifications }) =>
    accessToCreate(world, 'CreateInternetGateway', 'internet-gateway', TagSpecifications),
  run: (world, { TagSpecifications }) => {
    const tags = tagsFor('internet-gateway', TagSpecifications);
    if (internetGateways(world).size >= quotaOf(world, 'L-A4707A72')) {
      throw new AwsError('InternetGatewayLimitExceeded', 'The maximum number of internet gateways has been reached.');
    }
    const gateway: InternetGatewayRow = { internetGatewayId: newId(world, 'igw'), ...visibleSoon(world) };
    internetGateways(world).put(gateway.internetGatewayId, gateway);
    putTags(world, 'internet-gateway', gateway.internetGatewayId, tags);
    return { InternetGateway: shownInternetGateway(world, gateway) };
  },
});

export const DescribeInternetGateways = operation({
  input: z.strictObject({ InternetGatewayIds: z.array(z.string()).optional(), ...describeInput }),
  access: (world) => accessToAll(world, 'DescribeInternetGateways'),
  run: (world, input) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeInternetGateways',
      type: 'internet-gateway',
      table: internetGateways(world),
      ids: input.InternetGatewayIds,
      request: input,
      idOf: (gateway) => gateway.internetGatewayId,
      fields: {
        'internet-gateway-id': (gateway) => gateway.internetGatewayId,
        'attachment.vpc-id': (gateway) => gateway.vpcId,
        'attachment.state': (gateway) => (gateway.vpcId === undefined ? undefined : 'available'),
        'owner-id': (_, at) => at.account,
      },
    });
    return { InternetGateways: rows.map((gateway) => shownInternetGateway(world, gateway)), NextToken: nextToken };
  },
});

const pairInput = z.strictObject({ InternetGatewayId: z.string(), VpcId: z.string() });

export const AttachInternetGateway = operation({
  input: pairInput,
  access: (world, { InternetGatewayId, VpcId }) => [
    accessTo(world, 'AttachInternetGateway', InternetGatewayId),
    accessTo(world, 'AttachInternetGateway', VpcId),
  ],
  run: (world, { InternetGatewayId: id, VpcId }) => {
    const gateway = internetGatewayOf(world, id);
    const { vpcId } = vpcOf(world, VpcId);
    if (gateway.vpcId !== undefined) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `resource ${id} is already attached to network ${gateway.vpcId}`,
      );
    }
    const present = internetGatewayOfVpc(world, vpcId);
    if (present) {
      throw new AwsError('InvalidParameterValue', `Network ${vpcId} already has an internet gateway attached`);
    }
    internetGateways(world).put(id, { ...gateway, vpcId });
    return {};
  },
});

export const DetachInternetGateway = operation({
  input: pairInput,
  access: (world, { InternetGatewayId, VpcId }) => [
    accessTo(world, 'DetachInternetGateway', InternetGatewayId),
    accessTo(world, 'DetachInternetGateway', VpcId),
  ],
  run: (world, { InternetGatewayId: id, VpcId }) => {
    const { vpcId, ...detached } = internetGatewayOf(world, id);
    vpcOf(world, VpcId);
    if (vpcId !== VpcId) {
      throw new AwsError('Gateway.NotAttached', `resource ${id} is not attached to network ${VpcId}`);
    }
    if (hasPublicAddresses(world, VpcId)) {
      throw new AwsError(
        'DependencyViolation',
        `Network ${VpcId} has some mapped public address(es). ` +
          'Please unmap those public address(es) before detaching the gateway.',
      );
    }
    internetGateways(world).put(id, detached);
    return {};
  },
});

/** Addresses are mapped to interfaces, or to a regional NAT gateway, which has none of the customer's. */
function hasPublicAddresses(world: World, vpcId: string): boolean {
  if (liveNatGatewaysOf(world, vpcId).some(({ availabilityMode }) => availabilityMode === 'regional')) return true;
  for (const each of networkInterfaces(world).rows()) if (each.vpcId === vpcId && each.publicAddress) return true;
  return false;
}

export const DeleteInternetGateway = operation({
  input: z.strictObject({ InternetGatewayId: z.string() }),
  access: (world, { InternetGatewayId }) => [accessTo(world, 'DeleteInternetGateway', InternetGatewayId)],
  run: (world, { InternetGatewayId: id }) => {
    if (internetGatewayOf(world, id).vpcId !== undefined) {
      throw new AwsError('DependencyViolation', `The internetGateway '${id}' has dependencies and cannot be deleted.`);
    }
    internetGateways(world).delete(id);
    dropTags(world, id);
    return {};
  },
});
