import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An error as a service sends it. */
export interface ServiceError {
  readonly code: string;
  readonly status: number;
}

/** How a request fails: with an error that depends on the service, or below the protocol. */
export type Failure =
  | ((service: string) => ServiceError)
  | 'reset'
  | 'closed'
  | 'cut off'
  | 'page of a proxy'
  | 'empty answer';

/** A loopback server that answers for every service of AWS and fails each request, as the first part of its path says. */
export async function startFailingServices(failures: Readonly<Record<string, Failure>>) {
  const server = createServer((request, response) => {
    request.on('error', () => {}).resume();
    request.on('end', () => {
      const [, name = ''] = (request.url ?? '').split('/');
      const failure = failures[decodeURIComponent(name)];
      if (failure === undefined) throw new Error(`no failure ${name}`);
      fail(request, response, failure);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpointOf: (failure: string) => `http://127.0.0.1:${port}/${encodeURIComponent(failure)}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function fail(request: IncomingMessage, response: ServerResponse, failure: Failure): void {
  switch (failure) {
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'closed':
      request.socket.destroy();
      return;
    case 'cut off':
      response.writeHead(200, { 'content-length': '1000' });
      response.write('<', () => request.socket.resetAndDestroy());
      return;
    case 'page of a proxy':
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html><body>Service Unavailable</body></html>');
      return;
    case 'empty answer':
      response.writeHead(500).end();
      return;
    default: {
      // …/Credential=KEY/20261130/us-east-1/ec2/aws4_request
      const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      answer(request, response, service, failure(service));
    }
  }
}

/** In the service's own protocol (source: Smithy's specifications of AWS's protocols). */
function answer(request: IncomingMessage, response: ServerResponse, service: string, { code, status }: ServiceError) {
  const message = 'A failure of the service itself';
  const xml = (body: string) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  if (request.headers['x-amz-target'] !== undefined) {
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify({ __type: `com.amazonaws#${code}`, message }));
  } else if (service === 'lambda' || service === 'scheduler') {
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': code })
      .end(JSON.stringify({ message }));
  } else if (service === 's3') {
    // A HEAD writes nothing, so it never meets a conflict, and its answers have no body.
    if (request.method === 'HEAD') response.writeHead(Math.max(status, 503)).end();
    else xml(`<Error>${error}</Error>`);
  } else if (service === 'ec2') {
    xml(`<Response><Errors><Error>${error}</Error></Errors><RequestID>1</RequestID></Response>`);
  } else {
    xml(`<ErrorResponse><Error><Type>Receiver</Type>${error}</Error><RequestId>1</RequestId></ErrorResponse>`);
  }
}
