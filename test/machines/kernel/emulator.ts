import type { KernelImage } from './kernelImage.ts';

/** By its beginning cloud-init knows EC2, and asks with a token only there (source: EC2 user guide, "Identify EC2 instances"). */
const systemId = 'ec2a1b2c-0000-4000-8000-000000000001';

export interface Emulated {
  readonly memoryMiB: number;
  /** By which cloud-init knows the interface. */
  readonly macAddress: string;
  /** What is behind the interface, as `-netdev` takes it, without its id. */
  readonly network: string;
}

/** Words of qemu-system-x86_64 for a machine of the image in software emulation. What it writes to its disk ends with it. */
export const emulatorWords = (
  { kernel, initialDisk, disk, console }: KernelImage,
  { memoryMiB, macAddress, network }: Emulated,
): readonly string[] => [
  ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', String(memoryMiB)],
  ...['-kernel', kernel, '-initrd', initialDisk],
  ...['-append', 'root=/dev/vda rw console=ttyS0 panic=10'],
  ...['-drive', `file=${disk},format=raw,if=virtio,snapshot=on`],
  ...['-netdev', `${network},id=net`],
  // EC2's interfaces carry 9001 bytes; the device reports this to the kernel.
  ...['-device', `virtio-net-pci,netdev=net,mac=${macAddress},host_mtu=9001`],
  ...['-display', 'none', '-monitor', 'none', '-serial', `file:${console}`],
  ...['-smbios', `type=1,manufacturer=Amazon EC2,uuid=${systemId},serial=${systemId}`, '-no-reboot'],
];
