import { createReadStream, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sessionOf } from '../cloud/sts/sessions.ts';
import type { EmbeddedWorld } from '../world/createWorld.ts';
import type { AccessKey } from './accessKey.ts';
import { answerRequest, plainRefusal, type Served } from './answerRequest.ts';
import { strangerIn } from './foreignRequests.ts';
import { bodyOf, headOf, largestBodyBytes } from './incoming.ts';
import { isInFile, type WireAnswer, type WireRequest } from './message.ts';
import { signatureOf } from './signature.ts';

export interface ServeOptions {
  readonly key: AccessKey;
  /** 0, or nothing, for any that is free. */
  readonly port?: number;
}

/** A world that clients of this machine reach. */
export interface ServedWorld {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string;
  /** Ends when requests under way have been answered, or cut off after five seconds. */
  close(): Promise<void>;
}

const loopback = '127.0.0.1';

/** Requests are answered within milliseconds, except those that wait for work. */
const graceMilliseconds = 5_000;

/** Puts a world on loopback in AWS's own protocols, for programs that sign with its key. */
export async function serveWorld(embedded: EmbeddedWorld, { key, port = 0 }: ServeOptions): Promise<ServedWorld> {
  const context: Served = { embedded, key, newRequestId: countedRequestIds() };
  const server = createServer((incoming, outgoing) => {
    answer(context, incoming, (server.address() as AddressInfo).port).then(
      (given) => send(outgoing, incoming.method ?? '', given),
      (error: Error) => send(outgoing, incoming.method ?? '', plainRefusal(500, 'InternalFailure', error.message)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, resolve);
  });
  return {
    endpoint: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        // Who has connected and sends nothing, or half of a request, is not waited for.
        AbortSignal.timeout(graceMilliseconds).addEventListener('abort', () => server.closeAllConnections());
      }),
  };
}

/** Counted, not drawn: asking must not change what chance brings to the world. */
export function countedRequestIds(): () => string {
  let served = 0;
  return () => {
    served += 1;
    return `00000000-0000-4000-8000-${served.toString(16).padStart(12, '0')}`;
  };
}

async function answer(context: Served, incoming: IncomingMessage, port: number): Promise<WireAnswer> {
  const head = headOf(incoming);
  const stranger = strangerIn(head, port);
  if (stranger !== undefined) return plainRefusal(403, 'ForbiddenException', stranger);
  // A request without a known key, or with too large a body, is answered before a byte of it is kept.
  const refused = refusalOf(context, head);
  if (refused) return refused;
  const body = await bodyOf(incoming);
  if (!body) return plainRefusal(413, 'RequestEntityTooLarge', `A body may have ${largestBodyBytes} bytes`);
  return answerRequest(context, { ...head, body });
}

function refusalOf({ embedded, key }: Served, head: WireRequest): WireAnswer | undefined {
  const accessKeyId = signatureOf(head)?.scope.accessKeyId;
  if (accessKeyId === undefined)
    return plainRefusal(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (accessKeyId !== key.accessKeyId && sessionOf(embedded.world, accessKeyId) === undefined)
    return plainRefusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid.');
  if (Number(head.headers['content-length'] ?? 0) > largestBodyBytes)
    return plainRefusal(413, 'RequestEntityTooLarge', `A body may have ${largestBodyBytes} bytes`);
  return undefined;
}

function send(outgoing: ServerResponse, method: string, { status, headers, body }: WireAnswer): void {
  // A HEAD states the length of what it leaves out; HTTP allows no body with 204 and 304.
  const bodiless = method === 'HEAD' || status === 204 || status === 304;
  const length = isInFile(body) ? statSync(body.file).size : Buffer.byteLength(body);
  outgoing.writeHead(status, { ...headers, ...(!bodiless && { 'content-length': length }) });
  if (bodiless) outgoing.end();
  else if (isInFile(body)) createReadStream(body.file).pipe(outgoing);
  else outgoing.end(body);
}
