import { execFile } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fetchBundle from '../../../shared/machine/script/fetch-bundle.sh';

const credentials = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'wJalr/XUtnFEMI+K7MDENG',
  Token: 'session/token+==',
};
const role = 'demo-x7k2p-us-east-1-master';

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
}

let folder: string;
let server: Server;
let seen: Seen[];
let answers: { bundle: string; statuses: number[] };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubestep-fetch-'));
  seen = [];
  answers = { bundle: '{"format":1,"files":[\n]}\n', statuses: [] };
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ request, body });
    const path = request.url ?? '';
    if (path.startsWith('/node/')) response.writeHead(answers.statuses.shift() ?? 200).end(answers.bundle);
    else if (path === '/latest/api/token') response.end('imds-token');
    else if (request.headers['x-aws-ec2-metadata-token'] !== 'imds-token') response.writeHead(401).end();
    else if (path.endsWith('/security-credentials/')) response.end(role);
    else if (path.endsWith(`/security-credentials/${role}`)) response.end(JSON.stringify(credentials, null, 2));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const host = () => `127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Runs fetch-bundle with its folders in the test's own, as user data would have left it. */
async function fetchPinned(sha256: string, command = ''): Promise<string> {
  mkdirSync(join(folder, 'etc/kubestep'), { recursive: true });
  writeFileSync(join(folder, 'etc/kubestep/pinned'), `REGION=us-east-1\nNODE_API=http://${host()}\nBUNDLE=${sha256}\n`);
  const script = fetchBundle.replaceAll(/(?<![\w$/])\/(etc|opt)\//g, `${folder}/$1/`);
  writeFileSync(join(folder, 'fetch-bundle'), script);
  const { stdout } = await promisify(execFile)(
    'bash',
    command === '' ? [join(folder, 'fetch-bundle')] : ['-c', `. ${folder}/fetch-bundle\n${command}`],
    {
      env: { ...process.env, AWS_EC2_METADATA_SERVICE_ENDPOINT: `http://${host()}` },
    },
  );
  return stdout;
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

test('the pinned bundle is asked for by its hash at the first boot, becomes current, and is not asked for again', async () => {
  const pinned = sha256Of(answers.bundle);
  await fetchPinned(pinned);
  await fetchPinned(pinned);
  const asked = seen.filter(({ request }) => request.url?.startsWith('/node/'));
  expect(asked.map(({ request }) => request.url)).toEqual([`/node/bundle?sha256=${pinned}`]);
  expect(readFileSync(join(folder, `opt/kubestep/bundles/${pinned}/bundle.json`), 'utf8')).toBe(answers.bundle);
  expect(readlinkSync(join(folder, 'opt/kubestep/current/machine'))).toBe(`../bundles/${pinned}/machine`);
  await fetchPinned('a'.repeat(64)); // a later boot starts what the machine ran last, whatever its user data says
  expect(readlinkSync(join(folder, 'opt/kubestep/current/machine'))).toBe(`../bundles/${pinned}/machine`);
});

test('another bundle than the pinned one never becomes current', async () => {
  await expect(fetchPinned('a'.repeat(64))).rejects.toThrow(`the bundle is not ${'a'.repeat(64)}`);
  expect(existsSync(join(folder, 'opt/kubestep/current'))).toBe(false);
});

test('a refusal for calling too often is waited out', async () => {
  answers.statuses = [429];
  await fetchPinned(sha256Of(answers.bundle));
  expect(seen.filter(({ request }) => request.url?.startsWith('/node/'))).toHaveLength(2);
}, 20_000);

test('an endpoint that cannot be reached yet is asked until it can, each try for seconds', async () => {
  const late = createServer((_, response) => void response.end('reached'));
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve));
  const { port } = late.address() as AddressInfo;
  await new Promise((resolve) => late.close(resolve));
  const asking = fetchPinned('0', `signed execute-api http://127.0.0.1:${port}/`);
  setTimeout(() => late.listen(port, '127.0.0.1'), 1000);
  expect(await asking).toBe('reached');
  await new Promise((resolve) => late.close(resolve));
  // A VPC without a way out drops what is sent: the kernel alone would wait a minute before it tried again.
  expect(fetchBundle).toMatch(/--connect-timeout [1-9]\b/);
}, 30_000);

test('a request is signed as AWS verifies it, with its body and the session’s token', async () => {
  writeFileSync(join(folder, 'body'), '{"phase":"node-ready"}');
  const post = `signed execute-api -H 'content-type: application/json' --data-binary @${folder}/body http://${host()}/node/report`;
  await fetchPinned('0', post);
  const report = seen.find(({ request }) => request.url === '/node/report');
  expect(report?.body).toBe('{"phase":"node-ready"}');
  expect(report?.request.headers['x-amz-security-token']).toBe(credentials.Token);
  expect(signatureOf(report)).toBe(expectedSignature(report));
  expect(signedHeaders(report)).toContain('x-amz-security-token');
});

const authorization = (seenRequest: Seen | undefined) => seenRequest?.request.headers.authorization ?? '';
const signatureOf = (seenRequest: Seen | undefined) => /Signature=([0-9a-f]{64})/.exec(authorization(seenRequest))?.[1];
const signedHeaders = (seenRequest: Seen | undefined) =>
  /SignedHeaders=([a-z0-9;-]+)/.exec(authorization(seenRequest))?.[1]?.split(';') ?? [];

/** Signature Version 4, from the headers that the request says are signed (source: AWS IAM user guide, "Create a signed request"). */
function expectedSignature(seenRequest: Seen | undefined): string {
  if (!seenRequest) throw new Error('nothing was sent');
  const { request, body } = seenRequest;
  const names = signedHeaders(seenRequest);
  const headers = names.map((name) => `${name}:${String(request.headers[name]).trim()}\n`).join('');
  const canonical = [request.method, request.url, '', headers, names.join(';'), sha256Of(body)].join('\n');
  const date = String(request.headers['x-amz-date']);
  const scope = `${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`;
  const key = scope
    .split('/')
    .reduce<Buffer>((secret, part) => hmac(secret, part), Buffer.from(`AWS4${credentials.SecretAccessKey}`));
  return hmac(key, ['AWS4-HMAC-SHA256', date, scope, sha256Of(canonical)].join('\n')).toString('hex');
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
