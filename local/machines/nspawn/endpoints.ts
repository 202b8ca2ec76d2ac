import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { sleep } from '../../clock/clock.ts';
import { answerRequest, plainRefusal, type Served } from '../../serve/answerRequest.ts';
import { bodyOf, headOf, largestBodyBytes } from '../../serve/incoming.ts';
import { isInFile, type WireAnswer } from '../../serve/message.ts';
import type { createMetadataService } from './metadata.ts';

/** What machines of one VPC may call: the model in AWS's protocols, and the metadata service. */
export interface Endpoints {
  readonly served: Served;
  readonly metadata: ReturnType<typeof createMetadataService>;
  readonly vpcId: string;
  /** How long each answer of the Node API takes beyond its own time. */
  readonly nodeApiMilliseconds: number;
}

/** Header by which the gateway of the VPC says which of its listeners a request reached; it removes what clients send under this name. */
const listenerHeader = 'x-kubestep-listener';
const sourceHeader = 'x-kubestep-from';
/** Header that makes the gateway send a file of this host as the body. */
const fileHeader = 'x-kubestep-file';

/** Serves them on a Unix socket that only the VPC's gateway knows. */
export async function serveEndpoints(endpoints: Endpoints, socket: string): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    answer(endpoints, incoming).then(
      (given) => send(outgoing, given),
      (error: Error) => send(outgoing, plainRefusal(500, 'InternalFailure', error.message)),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return server;
}

async function answer(
  { served, metadata, vpcId, nodeApiMilliseconds }: Endpoints,
  incoming: IncomingMessage,
): Promise<WireAnswer> {
  const { headers: received, ...head } = headOf(incoming);
  const { [listenerHeader]: listener, [sourceHeader]: sourceAddress = '', ...headers } = received;
  const body = await bodyOf(incoming);
  if (!body) return plainRefusal(413, 'RequestEntityTooLarge', `A body may have ${largestBodyBytes} bytes`);
  if (nodeApiMilliseconds > 0 && headers['host']?.includes('.execute-api.'))
    await sleep(served.embedded.world.clock, nodeApiMilliseconds);
  if (listener !== 'metadata') return answerRequest(served, { ...head, headers, body });
  const answered = metadata({ vpcId, sourceAddress, method: head.method, path: head.path, headers });
  await served.embedded.world.tables.commit();
  return { ...answered, headers: { 'content-type': 'text/plain', ...answered.headers } };
}

function send(outgoing: ServerResponse, { status, headers, body }: WireAnswer): void {
  if (isInFile(body)) {
    outgoing.writeHead(status, { ...headers, [fileHeader]: body.file, 'content-length': 0 }).end();
    return;
  }
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
