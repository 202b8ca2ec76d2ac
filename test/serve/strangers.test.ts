import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { newAccessKey } from '../../local/serve/accessKey.ts';
import { aServedAccount, type ServedAccount } from './servedAccount.ts';

let account: ServedAccount;
beforeAll(async () => {
  account = await aServedAccount();
});
afterAll(() => account.close());

/** The status of a request as it is, without what a client would add. */
function statusOf(headers: Record<string, string>, method = 'POST'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(account.served.endpoint);
    const sent = request({ hostname, port, method, path: '/', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** A request of a client with one header more, as somebody between could add it. */
async function statusWith(header: Record<string, string>): Promise<number> {
  const sts = new STSClient(account.client);
  sts.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: object }).headers, header);
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  return sts.send(new GetCallerIdentityCommand({})).then(
    () => 200,
    (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
  );
}

test('who does not sign is refused', async () => {
  expect(await statusOf({})).toBe(403);
  expect(await statusOf({ 'x-amz-target': 'DynamoDB_20120810.ListTables' })).toBe(403);
  expect(await statusOf({}, 'OPTIONS')).toBe(403);
});

test('a body is not read before its sender has shown a signature by a known key', async () => {
  // Announced and never sent: waiting for it would never end.
  expect(await statusOf({ 'content-length': String(400 * 1024 * 1024) })).toBe(403);
});

test('who signs with another key, or another secret of the same key, is refused in the service’s words', async () => {
  const send = (credentials: typeof account.key) =>
    new DynamoDBClient({ ...account.client, credentials }).send(new ListTablesCommand({}));
  await expect(send(newAccessKey())).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  const { accessKeyId } = account.key;
  await expect(send({ ...newAccessKey(), accessKeyId })).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  await expect(send(account.key)).resolves.toBeDefined();
});

test('a signed request goes through as it is', async () => {
  expect(await statusWith({})).toBe(200);
});

test.each([
  ['another Host', { host: 'kubestep.example' }],
  ['the Host of another port', { host: '127.0.0.1:1' }],
  ['an Origin', { origin: 'http://127.0.0.1' }],
  ['a null Origin', { origin: 'null' }],
  ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
  ['a header of AWS that was not signed', { 'x-amz-acl': 'public-read' }],
  ['another time', { 'x-amz-date': '20200101T000000Z' }],
  ['another body', { 'x-amz-content-sha256': '0'.repeat(64) }],
])('a signed request with %s is refused', async (_what, header) => {
  expect(await statusWith(header as Record<string, string>)).toBe(403);
});

test('what cannot be read is the client’s fault, not a defect', async () => {
  const dynamodb = new DynamoDBClient(account.client);
  // As long as the body that it takes the place of.
  dynamodb.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { body: '{"' });
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  await expect(dynamodb.send(new ListTablesCommand({}))).rejects.toMatchObject({
    name: 'SerializationException',
    $metadata: { httpStatusCode: 400 },
  });
});

test('a signature is good for a few minutes only', async () => {
  const late = new STSClient({ ...account.client, systemClockOffset: -3_600_000 });
  await expect(late.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

test('a service and a region that are not here are refused', async () => {
  const elsewhere = new STSClient({ ...account.client, region: 'eu-west-1' });
  await expect(elsewhere.send(new GetCallerIdentityCommand({}))).rejects.toThrow(/us-east-1/);
});

test('a service that is not modelled refuses clients that read XML in XML', async () => {
  const cloudFormation = new STSClient(account.client);
  cloudFormation.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      headers.authorization = (headers.authorization ?? '').replace('/sts/', '/cloudformation/');
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(cloudFormation.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'UnknownServiceException',
    message: 'The embedded model of AWS has no service that signs as cloudformation',
  });
});

test.each([
  ['nothing', ''],
  ['half of a request', 'POST / HTTP/1.1\r\nHost: '],
])(
  'who connects and sends %s does not keep the world from ending',
  async (_what, sent) => {
    const { served, close } = await aServedAccount();
    const { hostname, port } = new URL(served.endpoint);
    const silent = connect(Number(port), hostname);
    silent.on('error', () => {});
    await once(silent, 'connect');
    if (sent !== '') silent.write(sent);
    await close();
    silent.destroy();
  },
  20_000,
);
