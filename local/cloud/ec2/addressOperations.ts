import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, type World } from '../world.ts';
import { accessTo, accessToAll, accessToCreate } from './access.ts';
import {
  type AddressRow,
  addresses,
  addressOf,
  associateAddress,
  disassociateAddress,
  shownAddress,
} from './addresses.ts';
import { describeInput, describeRows } from './describe.ts';
import { internetGatewayOfVpc } from './internetGateways.ts';
import { interfacesOfInstance, type NetworkInterfaceRow, networkInterfaceOf } from './networkInterfaces.ts';
import { newPublicAddress } from './publicAddresses.ts';
import { dropTags, putTags, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';

export const AllocateAddress = operation({
  input: z.strictObject({ Domain: z.literal('vpc').optional(), TagSpecifications: tagSpecificationsInput }),
  access: (world, { TagSpecifications }) =>
    accessToCreate(world, 'AllocateAddress', 'elastic-ip', TagSpecifications, { 'ec2:Domain': 'vpc' }),
  run: (world, { TagSpecifications }) => {
    const tags = tagsFor('elastic-ip', TagSpecifications);
    if (addresses(world).size >= quotaOf(world, 'L-0263D0A3')) {
      throw new AwsError('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
    }
    const allocationId = newId(world, 'eipalloc');
    const publicIp = newPublicAddress(world);
    addresses(world).put(allocationId, { allocationId, publicIp, ...visibleSoon(world) });
    putTags(world, 'elastic-ip', allocationId, tags);
    return {
      AllocationId: allocationId,
      PublicIp: publicIp,
      Domain: 'vpc',
      PublicIpv4Pool: 'amazon',
      NetworkBorderGroup: world.region,
    };
  },
});

export const DescribeAddresses = operation({
  input: z.strictObject({ AllocationIds: z.array(z.string()).optional(), Filters: describeInput.Filters }),
  access: (world) => accessToAll(world, 'DescribeAddresses'),
  run: (world, input) => {
    const association = (row: AddressRow) => row.association;
    const { rows } = describeRows(world, {
      operation: 'DescribeAddresses',
      type: 'elastic-ip',
      table: addresses(world),
      ids: input.AllocationIds,
      request: input,
      idOf: (row) => row.allocationId,
      fields: {
        'allocation-id': (row) => row.allocationId,
        'public-ip': (row) => row.publicIp,
        domain: () => 'vpc',
        'association-id': (row) => association(row)?.associationId,
        'network-interface-id': (row) => association(row)?.networkInterfaceId,
        'instance-id': (row, at) => shownAddress(at, row).InstanceId,
        'private-ip-address': (row, at) => shownAddress(at, row).PrivateIpAddress,
      },
    });
    return { Addresses: rows.map((row) => shownAddress(world, row)) };
  },
});

/** Reverse names, which nobody can set here: of each address only itself is shown. */
export const DescribeAddressesAttribute = operation({
  input: z.strictObject({
    AllocationIds: z.array(z.string()).optional(),
    Attribute: z.literal('domain-name').optional(),
    MaxResults: describeInput.MaxResults,
    NextToken: describeInput.NextToken,
  }),
  access: (world) => accessToAll(world, 'DescribeAddressesAttribute'),
  run: (world, { AllocationIds, ...request }) => {
    const { rows, nextToken } = describeRows(world, {
      operation: 'DescribeAddressesAttribute',
      type: 'elastic-ip',
      table: addresses(world),
      ids: AllocationIds,
      request,
      idOf: (row) => row.allocationId,
      fields: {},
    });
    return {
      Addresses: rows.map(({ allocationId, publicIp }) => ({ AllocationId: allocationId, PublicIp: publicIp })),
      NextToken: nextToken,
    };
  },
});

export const AssociateAddress = operation({
  input: z.strictObject({
    AllocationId: z.string(),
    InstanceId: z.string().optional(),
    NetworkInterfaceId: z.string().optional(),
    AllowReassociation: z.boolean().optional(),
  }),
  access: (world, { AllocationId, InstanceId, NetworkInterfaceId }) =>
    [AllocationId, InstanceId, NetworkInterfaceId].flatMap((id) =>
      id === undefined ? [] : [accessTo(world, 'AssociateAddress', id)],
    ),
  run: (world, { AllocationId, InstanceId, NetworkInterfaceId, AllowReassociation }) => {
    const address = addressOf(world, AllocationId);
    const target = targetInterface(world, InstanceId, NetworkInterfaceId);
    if (!internetGatewayOfVpc(world, target.vpcId)) {
      throw new AwsError('Gateway.NotAttached', `Network ${target.vpcId} is not attached to any internet gateway`);
    }
    const present = address.association;
    if (present && present.networkInterfaceId === target.networkInterfaceId) {
      return { AssociationId: present.associationId };
    }
    if (present && AllowReassociation !== true) {
      throw new AwsError('Resource.AlreadyAssociated', `resource ${AllocationId} is already associated`);
    }
    const former = target.publicAddress?.allocationId;
    if (former !== undefined) disassociateAddress(world, addressOf(world, former));
    if (present) disassociateAddress(world, address);
    const { association: _, ...free } = address;
    return { AssociationId: associateAddress(world, free, target.networkInterfaceId) };
  },
});

function targetInterface(
  world: World,
  instanceId: string | undefined,
  networkInterfaceId: string | undefined,
): NetworkInterfaceRow {
  if (networkInterfaceId !== undefined) return networkInterfaceOf(world, networkInterfaceId);
  if (instanceId === undefined) {
    throw new AwsError('MissingParameter', 'Either networkInterfaceId or instanceId must be specified');
  }
  const [primary, ...others] = interfacesOfInstance(world, instanceId);
  if (!primary) {
    throw new AwsError('InvalidInstanceID', `The instance '${instanceId}' is not in a valid state for this operation.`);
  }
  if (others.length > 0) {
    throw new AwsError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instanceId}'. Please specify an interface ID.`,
    );
  }
  return primary;
}

export const DisassociateAddress = operation({
  input: z.strictObject({ AssociationId: z.string() }),
  access: (world, { AssociationId }) => [
    accessTo(world, 'DisassociateAddress', addressOfAssociation(world, AssociationId).allocationId),
  ],
  run: (world, { AssociationId }) => {
    const address = addressOfAssociation(world, AssociationId);
    if (address.association?.requesterId !== undefined) throw heldByService();
    disassociateAddress(world, address);
    return {};
  },
});

function addressOfAssociation(world: World, associationId: string): AddressRow {
  for (const row of addresses(world).rows()) if (row.association?.associationId === associationId) return row;
  throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${associationId}' does not exist`);
}

export const ReleaseAddress = operation({
  input: z.strictObject({ AllocationId: z.string() }),
  access: (world, { AllocationId }) => [accessTo(world, 'ReleaseAddress', AllocationId)],
  run: (world, { AllocationId }) => {
    const { association, publicIp } = addressOf(world, AllocationId);
    if (association?.requesterId !== undefined) throw heldByService();
    if (association) throw new AwsError('InvalidIPAddress.InUse', `Address ${publicIp} is in use.`);
    addresses(world).delete(AllocationId);
    dropTags(world, AllocationId);
    return {};
  },
});

function heldByService(): AwsError {
  return new AwsError('AuthFailure', 'You do not have permission to access the specified resource.');
}
