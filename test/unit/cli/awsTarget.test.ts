import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openAwsTarget } from '../../../cli/awsTarget.ts';
import { exitCodes } from '../../../cli/exitCodes.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const before = { ...process.env };

interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

let server: Server;
let endpoint: string;
const received: Received[] = [];

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIDEXAMPLE';
  process.env.AWS_SECRET_ACCESS_KEY = secret;
  process.env.AWS_REGION = 'eu-west-1';
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ request, body: Buffer.concat(chunks).toString() });
    response.writeHead(409, { 'content-type': 'application/json' }).end('{"error":"LockHeld","message":"held"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  process.env = before;
  server.closeAllConnections();
  server.close();
});

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const keyed = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** The signature that the service computes of what arrived (source: Signature Version 4 signing process). */
function signatureOf({ request, body }: Received): string {
  const { authorization = '', host = '' } = request.headers;
  const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1] ?? '';
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const headers = names.split(';').map((name) => `${name}:${name === 'host' ? host : request.headers[name]}\n`);
  const canonical = [request.method, path, query.split('&').sort().join('&'), headers.join(''), names, hash(body)].join(
    '\n',
  );
  const [, date = '', region = '', service = ''] =
    /Credential=[^/]+\/(\d+)\/([^/]+)\/([^/]+)/.exec(authorization) ?? [];
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, hash(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>(
    (last, part) => keyed(last, part),
    keyed(`AWS4${secret}`, date),
  );
  return keyed(key, text).toString('hex');
}

test.each([
  { method: 'GET', path: '/clusters/demo/runs/create-first' },
  { method: 'PUT', path: '/clusters/demo', query: { takeOver: 'true', requestId: 'mine' }, body: 'kind: Cluster\n' },
  { method: 'DELETE', path: '/clusters/demo' },
] as const)('a $method is signed so that the service computes the same signature', async (asked) => {
  const answer = await openAwsTarget({ endpoint }).request(asked);
  expect(answer).toEqual({ status: 409, body: { error: 'LockHeld', message: 'held' } });
  const last = received.at(-1);
  if (last === undefined) throw new Error('nothing arrived');
  expect(last.body).toBe('body' in asked ? asked.body : '');
  expect(last.request.headers.authorization).toContain('/eu-west-1/execute-api/aws4_request');
  expect(last.request.headers.authorization).toContain(`Signature=${signatureOf(last)}`);
});

test('the error for an endpoint that cannot be reached says where to look', async () => {
  const nobody = openAwsTarget({ endpoint: 'http://127.0.0.1:1' });
  await expect(nobody.request({ method: 'GET', path: '/clusters' })).rejects.toMatchObject({
    exitCode: exitCodes.unreachable,
    message: expect.stringContaining('KUBESTEP_ENDPOINT'),
  });
});
