import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { ended } from '../../../local/machines/nspawn/machine/command.ts';
import type { createMetadataService } from '../../../local/machines/nspawn/metadata.ts';
import { emulatorWords } from './emulator.ts';
import type { KernelImage } from './kernelImage.ts';

/** Which machine of the model boots, and what its metadata service is. */
export interface Booted {
  readonly metadata: ReturnType<typeof createMetadataService>;
  readonly vpcId: string;
  readonly sourceAddress: string;
  readonly macAddress: string;
}

const bootSeconds = 2_000;

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
  const words = emulatorWords(image, { memoryMiB: 1024, macAddress, network: onlyMetadata(port) });
  try {
    const { standardError } = await ended('qemu-system-x86_64', words, { timeoutSeconds: bootSeconds });
    return `${standardError}${readFileSync(image.console, 'utf8')}`;
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const onlyMetadata = (port: number): string =>
  [
    'user,restrict=on,net=169.254.169.0/24,host=169.254.169.2,dns=169.254.169.253,dhcpstart=169.254.169.20',
    `guestfwd=tcp:169.254.169.254:80-cmd:${process.execPath} ${forward} ${port}`,
  ].join(',');
