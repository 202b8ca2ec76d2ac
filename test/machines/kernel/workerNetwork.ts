import { DescribeInstancesCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { parseCidr, showAddress } from '../../../local/cloud/ec2/cidr.ts';
import { succeed } from '../../../local/machines/nspawn/machine/command.ts';
import { machineName, worldPrefix } from '../../../local/machines/nspawn/machine/host.ts';
import { clientsOf } from '../support/clients.ts';
import type { TestWorld } from '../support/world.ts';

/** An interface of an instance, as EC2's DHCP would describe it to its machine. */
export interface WorkerInterface {
  readonly macAddress: string;
  readonly address: string;
  readonly subnet: { readonly mask: string; readonly first: string; readonly prefixLength: number };
  readonly router: string;
  readonly resolver: string;
  /** The fourth address of a subnet is EC2's own, for later use (source: VPC user guide, "Subnet CIDR blocks"). */
  readonly spare: string;
}

/** What the model knows of an instance's first interface. */
export async function interfaceOf(world: TestWorld, instanceId: string): Promise<WorkerInterface> {
  const { ec2 } = clientsOf(world);
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
  const { SubnetId = '', NetworkInterfaces: [own] = [] } = Reservations[0]?.Instances?.[0] ?? {};
  const { Subnets: [subnet] = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
  const block = parseCidr(subnet?.CidrBlock ?? '');
  if (!block || !own?.MacAddress || !own.PrivateIpAddress) throw new Error(`${instanceId} has no interface.`);
  const prefixLength = Number(subnet?.CidrBlock?.split('/')[1]);
  const inBlock = (offset: number) => showAddress(block.first + offset);
  return {
    macAddress: own.MacAddress,
    address: own.PrivateIpAddress,
    subnet: { mask: showAddress(2 ** 32 - 2 ** (32 - prefixLength)), first: inBlock(0), prefixLength },
    router: inBlock(1),
    resolver: '169.254.169.253',
    spare: inBlock(3),
  };
}

/** Named as the world's own, so that cleaning the world ends what runs in it. */
export const kernelNamespace = ({ worldId }: TestWorld): string => `${worldPrefix(worldId)}-kernel`;

/**
 * Plugs the instance's interface into a switch with a tap for the emulator, in a namespace of its own: of what its machine had
 * before, filters and pods' devices, nothing is there.
 */
export async function plugIntoTap(world: TestWorld, instanceId: string, plugged: WorkerInterface): Promise<void> {
  const script = `
    machine=$1 kernel=$2
    ip netns add "$kernel"
    ip -n "$machine" link set eth0 down
    ip -n "$machine" link set eth0 netns "$kernel" name up0
    # The address is the emulated interface's.
    ip -n "$kernel" link set up0 address 02:00:00:00:00:01
    ip -n "$kernel" link add br0 mtu 9001 type bridge stp_state 0 forward_delay 0
    ip -n "$kernel" tuntap add dev tap0 mode tap
    ip -n "$kernel" link set tap0 mtu 9001
    for port in up0 tap0; do ip -n "$kernel" link set $port master br0 up; done
    ip -n "$kernel" address add "$3" dev br0
    for device in lo br0; do ip -n "$kernel" link set $device up; done`;
  const address = `${plugged.spare}/${plugged.subnet.prefixLength}`;
  const names = [machineName(world.host, instanceId), kernelNamespace(world), address];
  await succeed('sh', ['-ec', script, 'sh', ...names]);
}

/** Words of dnsmasq that answer as EC2's DHCP does. */
export const dhcpWords = (plugged: WorkerInterface): readonly string[] => [
  ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--port=0', '--user=root', '--log-facility=-'],
  ...['--interface=br0', '--bind-interfaces', '--leasefile-ro', '--dhcp-authoritative', '--no-ping'],
  `--dhcp-range=${plugged.subnet.first},static,${plugged.subnet.mask},24h`,
  `--dhcp-host=${plugged.macAddress},${plugged.address}`,
  `--dhcp-option=option:router,${plugged.router}`,
  `--dhcp-option=option:dns-server,${plugged.resolver}`,
  '--dhcp-option=option:domain-name,ec2.internal',
  '--dhcp-option=option:mtu,9001',
];
