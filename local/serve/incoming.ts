import type { IncomingMessage } from 'node:http';
import type { WireRequest } from './message.ts';

/** The largest object that a machine fetches or sends is far below this. */
export const largestBodyBytes = 512 * 1024 * 1024;

/** A request as far as it can be read without its body. */
export function headOf(incoming: IncomingMessage): WireRequest {
  const [path = '', query = ''] = (incoming.url ?? '').split(/\?(.*)/s);
  return {
    method: incoming.method ?? '',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(',') : (value ?? ''),
      ]),
    ),
    body: Buffer.alloc(0),
  };
}

/** Its body; undefined where that is larger than any may be. */
export async function bodyOf(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
