import { inNode } from '../support/cluster.ts';

/** What a machine listens to from beyond itself: `tcp 6443`. */
export async function listeningPorts(instanceId: string): Promise<readonly string[]> {
  const text = await inNode(instanceId, 'ss --no-header --listening --numeric --tcp --udp');
  const ports = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([protocol = '', , , , local = '']) => ({ protocol, ...ends(local) }))
    .filter(({ protocol, address }) => protocol !== '' && !/^(127\.|\[::1\]|.*%lo)/.test(address))
    .map(({ protocol, port }) => `${protocol} ${port}`);
  return [...new Set(ports)].sort();
}

/** An address and a port are parted by the last colon. */
function ends(local: string): { readonly address: string; readonly port: string } {
  const at = local.lastIndexOf(':');
  return { address: local.slice(0, at), port: local.slice(at + 1) };
}
