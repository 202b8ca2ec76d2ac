import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { ended } from '../../../local/machines/nspawn/machine/command.ts';
import type { createMetadataService } from '../../../local/machines/nspawn/metadata.ts';
import type { KernelImage } from './kernelImage.ts';

/** Which machine of the model boots, and who tells it about itself. */
export interface Booted {
  readonly metadata: ReturnType<typeof createMetadataService>;
  readonly vpcId: string;
  readonly sourceAddress: string;
  /** By which cloud-init knows the interface. */
  readonly macAddress: string;
}

const bootSeconds = 1_000;

/** By its beginning cloud-init knows EC2, and asks with a token only there (source: EC2 user guide, "Identify EC2 instances"). */
const systemId = 'ec2a1b2c-0000-4000-8000-000000000001';

/** Started by the emulator for each connection. */
const forward = resolve('test/machines/kernel/forward.cjs');

/**
 * Boots the image in software emulation until it powers itself off; answers what it said to its console. Its network holds the
 * metadata service and nothing else: no packet leaves the emulator.
 */
export async function boot(
  image: KernelImage,
  { metadata, vpcId, sourceAddress, macAddress }: Booted,
): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const path = incoming.url ?? '';
    const answer = metadata({ vpcId, sourceAddress, method: incoming.method ?? '', path, headers });
    outgoing.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers }).end(answer.body);
  });
  await new Promise<void>((opened) => server.listen(0, '127.0.0.1', opened));
  const { port } = server.address() as AddressInfo;
  try {
    const { standardOutput } = await ended('qemu-system-x86_64', words(image, macAddress, port), {
      timeoutSeconds: bootSeconds,
    });
    return standardOutput;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const words = ({ kernel, initialDisk, disk }: KernelImage, macAddress: string, port: number): readonly string[] => [
  ...['-machine', 'q35', '-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '1024'],
  ...['-kernel', kernel, '-initrd', initialDisk],
  ...['-append', 'root=/dev/vda rw console=ttyS0 panic=10'],
  ...['-drive', `file=${disk},format=raw,if=virtio,snapshot=on`],
  ...[
    '-netdev',
    `user,id=net,restrict=on,net=169.254.169.0/24,host=169.254.169.2,dns=169.254.169.253,dhcpstart=169.254.169.20,guestfwd=tcp:169.254.169.254:80-cmd:${process.execPath} ${forward} ${port}`,
  ],
  ...[
    '-device',
    `virtio-net-pci,netdev=net,mac=${macAddress}`,
    '-display',
    'none',
    '-monitor',
    'none',
    '-serial',
    'stdio',
  ],
  ...['-smbios', `type=1,manufacturer=Amazon EC2,uuid=${systemId},serial=${systemId}`, '-no-reboot'],
];
