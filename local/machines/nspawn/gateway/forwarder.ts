import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { Server } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Which of the gateway's listeners a request reached. */
export type ListenerName = 'metadata' | 'aws';

const listenerHeader = 'x-kubestep-listener';
const sourceHeader = 'x-kubestep-from';
const fileHeader = 'x-kubestep-file';

/** What the forwarder decides itself: who asked, and where the body is. */
const ownHeaders = new Set([listenerHeader, sourceHeader, fileHeader]);

/** These belong to one connection, not to the request (source: RFC 9110, 7.6.1). */
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection']);

const largestBodyBytes = 512 * 1024 * 1024;

/** Longer than clients keep an idle connection, so that they close it and not we. */
const keepAliveMilliseconds = 75_000;

export interface ForwarderOptions {
  readonly listener: ListenerName;
  /** Asked for each request: it may change. */
  readonly requestSocket: () => string;
  /** Key and certificate, for HTTPS. */
  readonly secure?: ServerOptions;
}

/** A server that passes every request on to the parent, byte for byte but for who asked; signatures stay valid. */
export function createForwarder({ listener, requestSocket, secure }: ForwarderOptions): Server {
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (Number(incoming.headers['content-length'] ?? 0) > largestBodyBytes) {
      outgoing.writeHead(413, { connection: 'close' }).end();
      return;
    }
    forward(incoming, outgoing, { listener, socketPath: requestSocket() });
  };
  // A large body may take its time.
  const options = { keepAliveTimeout: keepAliveMilliseconds, requestTimeout: 0 };
  return secure ? createSecureServer({ ...options, ...secure }, handle) : createServer(options, handle);
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { listener, socketPath }: { readonly listener: ListenerName; readonly socketPath: string },
): void {
  const headers = [
    ...without(incoming.rawHeaders, connectionHeaders, ownHeaders),
    ...[listenerHeader, listener, sourceHeader, incoming.socket.remoteAddress ?? ''],
  ];
  // A flat list of names and values keeps their order, case and number; Node's types know it as header values only.
  const passedOn = headers as unknown as NodeJS.Dict<string>;
  const parent = request({ socketPath, method: incoming.method, path: incoming.url, headers: passedOn });
  const fail = () => {
    incoming.unpipe(parent);
    parent.destroy();
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502, { connection: 'close' }).end();
  };
  parent.on('error', fail);
  parent.on('response', (answer) => {
    answerWith(answer, incoming, outgoing).catch(fail);
  });
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) parent.destroy();
  });
  let bytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) fail();
  });
  incoming.on('error', fail);
  incoming.pipe(parent);
}

async function answerWith(answer: IncomingMessage, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const file = answer.headers[fileHeader];
  const headers = without(answer.rawHeaders, connectionHeaders, ownHeaders);
  const status = answer.statusCode ?? 502;
  if (typeof file !== 'string') {
    outgoing.writeHead(status, answer.statusMessage, headers);
    await pipeline(answer, outgoing);
    return;
  }
  answer.resume();
  const { start, length } = await partOf(file, answer.headers['content-range']);
  const own = [...without(headers, new Set(['content-length', 'transfer-encoding'])), 'content-length', String(length)];
  outgoing.writeHead(status, answer.statusMessage, own);
  if (incoming.method === 'HEAD' || length === 0) outgoing.end();
  else await pipeline(createReadStream(file, { start, end: start + length - 1 }), outgoing);
}

/** The whole file, or the range that the answer says it has. */
async function partOf(file: string, contentRange: string | undefined): Promise<{ start: number; length: number }> {
  const { size } = await stat(file);
  const range = /^bytes (\d+)-(\d+)\//.exec(contentRange ?? '');
  if (!range) return { start: 0, length: size };
  const start = Number(range[1]);
  return { start, length: Math.min(Number(range[2]), size - 1) - start + 1 };
}

/** Headers as a flat list of names and values, without these names. */
function without(headers: readonly string[], ...names: readonly ReadonlySet<string>[]): string[] {
  return headers.filter((_, index) => {
    const name = headers[index - (index % 2)]?.toLowerCase() ?? '';
    return !names.some((set) => set.has(name));
  });
}
