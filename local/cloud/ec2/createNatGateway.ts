import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World } from '../world.ts';
import { accessTo, accessToCreate, ec2Arn } from './access.ts';
import { addresses, associateAddress } from './addresses.ts';
import { onceForToken } from './clientTokens.ts';
import { type Failure, notAttached, unusable, zonalFailure } from './natGatewayFailures.ts';
import {
  forgetLater,
  liveNatGatewaysOf,
  type NatGatewayAddressRow,
  type NatGatewayRow,
  natGatewayOf,
  natGateways,
  shownNatGateway,
} from './natGateways.ts';
import { addInterface } from './networkInterfaceCreation.ts';
import { holdInterface } from './networkInterfaces.ts';
import { newPublicAddress } from './publicAddresses.ts';
import { type SubnetRow, subnetOf, subnets, subnetsOfVpc } from './subnets.ts';
import { putTags, type TagSpecifications, tagSpecificationsInput, tagsFor } from './tags.ts';
import { visibleSoon } from './visibility.ts';
import { vpcOf } from './vpcs.ts';

/** The account that NAT gateways' interfaces and addresses are held by. */
const requesterId = 'amazon-nat';

const createInput = z.strictObject({
  AvailabilityMode: z.enum(['zonal', 'regional']).optional(),
  ConnectivityType: z.enum(['public', 'private']).optional(),
  SubnetId: z.string().optional(),
  AllocationId: z.string().optional(),
  PrivateIpAddress: z.string().optional(),
  VpcId: z.string().optional(),
  AvailabilityZoneAddresses: z
    .array(
      z.strictObject({
        AvailabilityZone: z.string().optional(),
        AvailabilityZoneId: z.string().optional(),
        AllocationIds: z.array(z.string()),
      }),
    )
    .optional(),
  ClientToken: z.string().optional(),
  TagSpecifications: tagSpecificationsInput,
});

type Wanted = Omit<z.infer<typeof createInput>, 'ClientToken' | 'TagSpecifications'>;

export const CreateNatGateway = operation({
  input: createInput,
  access: (world, input) => [
    ...accessToCreate(world, 'CreateNatGateway', 'natgateway', input.TagSpecifications),
    ...usedResources(world, input),
  ],
  run: (world, { ClientToken, ...parameters }) => {
    const { TagSpecifications, ...wanted } = parameters;
    const call = { operation: 'CreateNatGateway', token: ClientToken, parameters };
    const [id = ''] = onceForToken(world, call, () => [addNatGateway(world, wanted, TagSpecifications)]);
    return { NatGateway: shownNatGateway(world, natGatewayOf(world, id)), ClientToken };
  },
});

/** Unknown allocations are no error of the call: the gateway fails later. */
function usedResources(world: World, { SubnetId, VpcId, AllocationId, AvailabilityZoneAddresses }: Wanted) {
  const allocations = [AllocationId, ...(AvailabilityZoneAddresses ?? []).flatMap((each) => each.AllocationIds)];
  const known = allocations.flatMap((id) => (id !== undefined && addresses(world).has(id) ? [id] : []));
  return [
    ...known.map((id) => accessTo(world, 'CreateNatGateway', id)),
    ...(SubnetId === undefined
      ? []
      : [
          accessTo(world, 'CreateNatGateway', SubnetId, {
            'ec2:Vpc': ec2Arn(world, 'vpc', subnetOf(world, SubnetId).vpcId),
          }),
        ]),
    ...(VpcId === undefined ? [] : [accessTo(world, 'CreateNatGateway', VpcId)]),
  ];
}

type NewGateway = Pick<NatGatewayRow, 'vpcId' | 'availabilityMode' | 'autoProvisionZones' | 'connectivityType'> & {
  readonly subnetId?: string;
  readonly addresses: readonly NatGatewayAddressRow[];
  readonly failure?: Failure;
};

function addNatGateway(world: World, wanted: Wanted, specifications: TagSpecifications): string {
  const tags = tagsFor('natgateway', specifications);
  const natGatewayId = newId(world, 'nat');
  const gateway = wanted.AvailabilityMode === 'regional' ? regional(world, wanted) : zonal(world, wanted, natGatewayId);
  natGateways(world).put(natGatewayId, {
    natGatewayId,
    ...gateway,
    settledAt: nowOf(world) + world.delays.of('natGatewayAvailable'),
    ...visibleSoon(world),
  });
  putTags(world, 'natgateway', natGatewayId, tags);
  if (gateway.failure) forgetLater(world, natGatewayId, world.delays.of('natGatewayAvailable'));
  return natGatewayId;
}

function zonal(world: World, wanted: Wanted, natGatewayId: string): NewGateway {
  if (wanted.VpcId !== undefined || wanted.AvailabilityZoneAddresses !== undefined) {
    throw new AwsError('InvalidParameterCombination', 'VpcId and AvailabilityZoneAddresses need a regional gateway');
  }
  const subnet = subnetOf(world, required(wanted.SubnetId, 'subnetId'));
  const connectivityType = wanted.ConnectivityType ?? 'public';
  if (connectivityType === 'public') required(wanted.AllocationId, 'allocationId');
  else if (wanted.AllocationId !== undefined) {
    throw new AwsError('InvalidParameterCombination', 'A private NAT gateway takes no allocationId');
  }
  checkZonalQuota(world, subnet);

  const kind = { vpcId: subnet.vpcId, subnetId: subnet.subnetId, connectivityType } as const;
  const common = { ...kind, availabilityMode: 'zonal', autoProvisionZones: false } as const;
  const failure = zonalFailure(world, subnet, wanted.AllocationId);
  if (failure) return { ...common, addresses: [], failure };

  const created = addInterface(world, {
    subnetId: subnet.subnetId,
    groupIds: [],
    privateIpAddress: wanted.PrivateIpAddress,
    description: `Interface for NAT Gateway ${natGatewayId}`,
    interfaceType: 'nat_gateway',
    requesterId,
    sourceDestCheck: false,
  });
  const { networkInterfaceId, privateIpAddress: privateIp } = created;
  const attachmentId = newId(world, 'ela-attach');
  holdInterface(world, networkInterfaceId, {
    attachmentId,
    deviceIndex: 1,
    deleteOnTermination: false,
    attachedAt: nowOf(world),
  });
  const address = { zone: subnet.zone.name, networkInterfaceId, privateIp };
  return { ...common, addresses: [{ ...address, ...mapped(world, wanted.AllocationId, networkInterfaceId) }] };
}

function regional(world: World, wanted: Wanted): NewGateway {
  if (wanted.SubnetId !== undefined || wanted.AllocationId !== undefined || wanted.ConnectivityType === 'private') {
    throw new AwsError(
      'InvalidParameterCombination',
      'A regional NAT gateway is public and takes no subnet or allocation',
    );
  }
  const { vpcId } = vpcOf(world, required(wanted.VpcId, 'vpcId'));
  const others = liveNatGatewaysOf(world, vpcId).filter((row) => row.availabilityMode === 'regional');
  if (others.length >= quotaOf(world, 'L-12E49864')) throw tooManyGateways();

  const zones = wanted.AvailabilityZoneAddresses;
  const common = { vpcId, availabilityMode: 'regional', connectivityType: 'public' } as const;
  const mode = { ...common, autoProvisionZones: zones === undefined };
  const allocations = (zones ?? []).flatMap((each) => each.AllocationIds);
  const failure = notAttached(world, vpcId) ?? firstOf(allocations, (id) => unusable(world, id));
  if (failure) return { ...mode, addresses: [], failure };
  if (zones === undefined) return { ...mode, addresses: automaticAddresses(world, vpcId) };
  return {
    ...mode,
    addresses: zones.flatMap((each) =>
      each.AllocationIds.map((id) => ({ zone: zoneNamed(world, each), ...mapped(world, id, undefined) })),
    ),
  };
}

/** AWS brings its own addresses, one in each zone that has a subnet. */
function automaticAddresses(world: World, vpcId: string): NatGatewayAddressRow[] {
  const zones = new Set(subnetsOfVpc(world, vpcId).map((subnet) => subnet.zone.name));
  return [...zones].map((zone) => ({ zone, publicIp: newPublicAddress(world) }));
}

function zoneNamed(
  world: World,
  wanted: { AvailabilityZone?: string | undefined; AvailabilityZoneId?: string | undefined },
) {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = wanted;
  const zone = world.zones.find((each) => each.name === name || each.id === id);
  if (!zone) throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${name ?? id}]`);
  return zone.name;
}

function mapped(world: World, allocationId: string | undefined, networkInterfaceId: string | undefined) {
  const address = addresses(world).get(allocationId ?? '');
  if (!address) return {};
  const associationId = associateAddress(world, address, networkInterfaceId, requesterId);
  return { allocationId: address.allocationId, publicIp: address.publicIp, associationId };
}

/** The quota counts the gateways of a zone over all VPCs. */
function checkZonalQuota(world: World, { zone }: SubnetRow): void {
  const vpcIds = new Set([...natGateways(world).rows()].map((row) => row.vpcId));
  const inZone = [...vpcIds]
    .flatMap((vpcId) => liveNatGatewaysOf(world, vpcId))
    .filter((row) => subnets(world).get(row.subnetId ?? '')?.zone.name === zone.name);
  if (inZone.length >= quotaOf(world, 'L-FE5A380F')) throw tooManyGateways();
}

function tooManyGateways(): AwsError {
  return new AwsError('NatGatewayLimitExceeded', 'The maximum number of NAT gateways has been reached.');
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined) return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
}

function firstOf<Item, Found>(items: readonly Item[], find: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
