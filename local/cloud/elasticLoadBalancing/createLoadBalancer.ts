import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { addresses, associateAddress } from '../ec2/addresses.ts';
import { internetGatewayOfVpc } from '../ec2/internetGateways.ts';
import { addInterface, checkRoomFor } from '../ec2/networkInterfaceCreation.ts';
import { holdInterface, setPublicAddress } from '../ec2/networkInterfaces.ts';
import { freeAddressCount } from '../ec2/privateAddresses.ts';
import { newPublicAddress } from '../ec2/publicAddresses.ts';
import { securityGroups } from '../ec2/securityGroups.ts';
import { type SubnetRow, subnets } from '../ec2/subnets.ts';
import { CreateServiceLinkedRole } from '../iam/createServiceLinkedRole.ts';
import { serviceLinkedRole } from '../iam/serviceLinkedRoles.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { newId, nowOf, type World } from '../world.ts';
import { accessToCreate, accessToEc2, elbArn } from './access.ts';
import { elbError, validationError } from './errors.ts';
import { defaultLoadBalancerAttributes } from './loadBalancerAttributes.ts';
import {
  type LoadBalancerNode,
  type LoadBalancerRow,
  loadBalancerNamed,
  loadBalancers,
  shownLoadBalancer,
} from './loadBalancers.ts';
import { checkName } from './names.ts';
import { checkedTags, putTags, tagsInput } from './tags.ts';

const ownService = 'elasticloadbalancing.amazonaws.com';
const ownRole = { AWSServiceName: ownService };

const createInput = z.strictObject({
  Name: z.string(),
  Type: z.enum(['network', 'application']).default('application'),
  Scheme: z.enum(['internal', 'internet-facing']).default('internet-facing'),
  IpAddressType: z.literal('ipv4').optional(),
  Subnets: z.array(z.string()).optional(),
  SubnetMappings: z
    .array(
      z.strictObject({
        SubnetId: z.string(),
        AllocationId: z.string().optional(),
        PrivateIPv4Address: z.string().optional(),
      }),
    )
    .optional(),
  SecurityGroups: z.array(z.string()).optional(),
  Tags: tagsInput,
});

type Wanted = z.infer<typeof createInput>;

/** One subnet of a new balancer, and which addresses its node gets there. */
interface Place {
  readonly subnet: SubnetRow;
  readonly allocationId: string | undefined;
  readonly privateIpAddress: string | undefined;
}

export const CreateLoadBalancer = operation({
  input: createInput,
  access: (world, { Name, Type, Scheme, Subnets, SubnetMappings, SecurityGroups, Tags }, call) => [
    ...accessToCreate('CreateLoadBalancer', elbArn(world, `loadbalancer/${prefixOf(Type)}/${Name}/*`), Tags, {
      'elasticloadbalancing:Scheme': Scheme,
      'elasticloadbalancing:Subnet': Subnets ?? (SubnetMappings ?? []).map(({ SubnetId }) => SubnetId),
      ...(SecurityGroups === undefined ? {} : { 'elasticloadbalancing:SecurityGroup': SecurityGroups }),
    }),
    ...accessToEc2(world, 'CreateLoadBalancer'),
    // The account's first balancer makes the role that load balancing acts by, with the caller's rights.
    ...(serviceLinkedRole(world, ownService) ? [] : CreateServiceLinkedRole.access(world, ownRole, call)),
  ],
  run: (world, wanted, call) => {
    const tags = checkedTags(wanted.Tags);
    checkName('Load balancer', wanted.Name);
    const places = placesIn(world, wanted);
    const groupIds = checkedGroups(world, wanted, places);
    const present = loadBalancerNamed(world, wanted.Name);
    if (present) return { LoadBalancers: [shownLoadBalancer(world, sameOrDuplicate(present, wanted, places))] };
    checkQuota(world, wanted.Type);
    checkRoomFor(
      world,
      places.map(({ subnet, privateIpAddress }) => ({ subnetId: subnet.subnetId, privateIpAddress })),
    );

    const id = world.random.hex(16);
    const path = `${prefixOf(wanted.Type)}/${wanted.Name}/${id}`;
    const row: LoadBalancerRow = {
      arn: elbArn(world, `loadbalancer/${path}`),
      name: wanted.Name,
      type: wanted.Type,
      scheme: wanted.Scheme,
      vpcId: places[0]?.subnet.vpcId ?? '',
      dnsName: dnsName(world, wanted, id),
      createdAt: nowOf(world),
      activeAt: nowOf(world) + world.delays.of('loadBalancerActive'),
      groupIds,
      nodes: places.map((place) => addNode(world, wanted, path, place, groupIds)),
      attributes: defaultLoadBalancerAttributes[wanted.Type],
      deleting: false,
    };
    loadBalancers(world).put(row.arn, row);
    if (!serviceLinkedRole(world, ownService)) void CreateServiceLinkedRole.run(world, ownRole, call);
    putTags(world, row.arn, tags);
    return { LoadBalancers: [shownLoadBalancer(world, row)] };
  },
});

const prefixOf = (type: Wanted['Type']) => (type === 'network' ? 'net' : 'app');

function dnsName(world: World, { Name, Type, Scheme }: Wanted, id: string): string {
  if (Type === 'network') return `${Name}-${id}.elb.${world.region}.amazonaws.com`;
  return `${Scheme === 'internal' ? 'internal-' : ''}${Name}-${id}.${world.region}.elb.amazonaws.com`;
}

function placesIn(world: World, { Type, Scheme, Subnets, SubnetMappings }: Wanted): Place[] {
  if ((Subnets === undefined) === (SubnetMappings === undefined)) {
    throw validationError('You must specify either subnets or subnet mappings');
  }
  const mappings: NonNullable<Wanted['SubnetMappings']> =
    SubnetMappings ?? (Subnets ?? []).map((SubnetId) => ({ SubnetId }));
  const places = mappings.map((mapping) => {
    const subnet = subnets(world).get(mapping.SubnetId);
    if (!subnet) throw elbError('SubnetNotFound', `The subnet ID '${mapping.SubnetId}' does not exist`);
    return { subnet, allocationId: mapping.AllocationId, privateIpAddress: mapping.PrivateIPv4Address };
  });
  const [first] = places;
  if (!first) throw validationError('At least one subnet must be specified');
  if (Type === 'application' && places.length < 2) {
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  }
  if (places.some(({ subnet }) => subnet.vpcId !== first.subnet.vpcId)) {
    throw elbError('InvalidConfigurationRequest', 'All subnets must belong to the same VPC');
  }
  if (new Set(places.map(({ subnet }) => subnet.zone.name)).size < places.length) {
    throw elbError(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  }
  checkAddresses(world, Scheme, places);
  checkSpace(world, Type, places);
  return places;
}

/** Free addresses that a subnet must have (source: ELB user guide: eight for application load balancers, the node's own for network ones). */
const neededAddresses = { application: 8, network: 1 };

function checkSpace(world: World, type: Wanted['Type'], places: readonly Place[]): void {
  const full = places.find(({ subnet }) => freeAddressCount(world, subnet) < neededAddresses[type]);
  if (full) throw elbError('InvalidSubnet', `Not enough IP space available in ${full.subnet.subnetId}`);
}

function checkAddresses(world: World, scheme: Wanted['Scheme'], places: readonly Place[]): void {
  const vpcId = places[0]?.subnet.vpcId ?? '';
  if (scheme === 'internet-facing' && !internetGatewayOfVpc(world, vpcId)) {
    throw elbError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
  }
  for (const { allocationId } of places) {
    if (allocationId === undefined) continue;
    const address = addresses(world).get(allocationId);
    if (!address || address.association || scheme === 'internal') {
      throw elbError('AllocationIdNotFound', `The allocation ID '${allocationId}' cannot be used`);
    }
  }
}

/** An application load balancer without groups gets the VPC's default one, which is not modelled: it must name some. */
function checkedGroups(world: World, { Type, SecurityGroups }: Wanted, places: readonly Place[]): readonly string[] {
  const vpcId = places[0]?.subnet.vpcId;
  if (Type === 'application' && SecurityGroups === undefined) {
    throw elbError('InvalidSecurityGroup', 'An application load balancer needs security groups');
  }
  for (const id of SecurityGroups ?? []) {
    if (securityGroups(world).get(id)?.vpcId === vpcId) continue;
    throw elbError('InvalidSecurityGroup', `The security group '${id}' does not exist in ${vpcId}`);
  }
  return SecurityGroups ?? [];
}

/** Creating again with the same settings answers the same balancer (source: ELBv2 API reference, CreateLoadBalancer). */
function sameOrDuplicate(present: LoadBalancerRow, wanted: Wanted, places: readonly Place[]): LoadBalancerRow {
  const known = { ...pick(present), subnetIds: present.nodes.map(({ subnetId }) => subnetId).sort() };
  const asked = {
    type: wanted.Type,
    scheme: wanted.Scheme,
    groupIds: [...(wanted.SecurityGroups ?? [])].sort(),
    subnetIds: places.map(({ subnet }) => subnet.subnetId).sort(),
  };
  if (!present.deleting && isDeepStrictEqual(known, asked)) return present;
  throw elbError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${wanted.Name}' exists, but with different settings`,
  );
}

const pick = ({ type, scheme, groupIds }: LoadBalancerRow) => ({ type, scheme, groupIds: [...groupIds].sort() });

function checkQuota(world: World, type: Wanted['Type']): void {
  if (type !== 'network') return;
  const count = [...loadBalancers(world).rows()].filter((row) => row.type === type).length;
  if (count < quotaOf(world, 'L-69A177A2')) return;
  throw elbError('TooManyLoadBalancers', 'The quota on the number of load balancers has been reached');
}

function addNode(
  world: World,
  { Type, Scheme }: Wanted,
  path: string,
  { subnet, allocationId, privateIpAddress }: Place,
  groupIds: readonly string[],
): LoadBalancerNode {
  const { networkInterfaceId } = addInterface(world, {
    subnetId: subnet.subnetId,
    groupIds,
    privateIpAddress,
    description: `ELB ${path}`,
    interfaceType: Type === 'network' ? 'network_load_balancer' : 'interface',
    requesterId: 'amazon-elb',
    sourceDestCheck: false,
  });
  const attachmentId = newId(world, 'ela-attach');
  holdInterface(world, networkInterfaceId, {
    attachmentId,
    deviceIndex: 1,
    deleteOnTermination: false,
    attachedAt: nowOf(world),
  });
  const address = addresses(world).get(allocationId ?? '');
  if (address) associateAddress(world, address, networkInterfaceId, 'amazon-elb');
  else if (Scheme === 'internet-facing')
    setPublicAddress(world, networkInterfaceId, { publicIp: newPublicAddress(world) });
  const node = { subnetId: subnet.subnetId, zone: subnet.zone.name, networkInterfaceId };
  return allocationId === undefined ? node : { ...node, allocationId };
}
