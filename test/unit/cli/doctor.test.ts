import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../../../cli/doctor/finding.ts';
import { clockFinding, nodeFinding } from '../../../cli/doctor/machine.ts';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { versionOf } from '../../../cli/version.ts';
import { type Api, ok, run } from './runCommand.ts';

let server: Server;
let endpoint: string;
let date: Date;
beforeAll(async () => {
  server = createServer((_, answer) => {
    answer.writeHead(403, { date: date.toUTCString() }).end('{"message":"Forbidden"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  date = new Date();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const deployment = { account: '210987654321', region: 'eu-west-1', name: 'kubestep-dev', version: versionOf('.') };
const caller = 'arn:aws:iam::210987654321:user/operator';
const quota = (value: number | null) => ({
  service: 'ec2',
  code: 'L-0263D0A3',
  name: 'EC2-VPC Elastic IPs',
  value,
  usualCluster: 3,
});

/** A deployment in which everything is well, but for what a test says of it. */
const well =
  (more: Readonly<Record<string, ReturnType<Api>>> = {}): Api =>
  ({ method, path }) => {
    const given = more[`${method} ${path}`];
    if (given !== undefined) return given;
    if (path === '/clusters') return ok({ deployment, caller, clusters: [] });
    if (path === '/quotas') return ok({ quotas: [quota(5), quota(null)] });
    return path.endsWith('/plan') && method === 'POST' ? { status: 400, body: {} } : undefined;
  };

const doctor = (api: Api, ...words: string[]) => run(['doctor', '--endpoint', endpoint, ...words], api);
const marked = (text: string, mark: string) => text.split('\n').filter((line) => line.startsWith(`${mark} `));

test('where everything is well each line has its tick, nothing is changed, and the command ends with 0', async () => {
  const { code, text, requests } = await doctor(well());
  expect(code).toBe(exitCodes.done);
  expect(marked(text, '✗')).toEqual([]);
  for (const said of [
    /answers/,
    /clock agrees/,
    /You are arn:aws:iam::210987654321/,
    /look at everything/,
    /room for a cluster/,
  ])
    expect(marked(text, '✓').join('\n')).toMatch(said);
  expect(requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/plan'))).toEqual([]);
});

test.each<[string, Api, string, RegExp]>([
  [
    'a right that is missing',
    well({ 'GET /clusters/kubestep-doctor/nodes': { status: 403, body: {} } }),
    '✗',
    /ask for listNodes/,
  ],
  ['credentials that are refused', well({ 'GET /clusters': { status: 403, body: {} } }), '✗', /ask for listClusters/],
  [
    'a quota without room',
    well({ 'GET /quotas': ok({ quotas: [quota(2)] }) }),
    '!',
    /"EC2-VPC Elastic IPs" is 2, .* takes 3/,
  ],
  [
    'another version',
    well({ 'GET /clusters': ok({ deployment: { ...deployment, version: '9.9.9' } }) }),
    '!',
    /is 9\.9\.9, this command/,
  ],
  [
    'a deployment that returns no version',
    well({ 'GET /clusters': ok({ deployment: { ...deployment, version: undefined } }) }),
    '!',
    /unknown version/,
  ],
])('%s is reported with what to do', async (_, api, mark, said) => {
  const { code, text } = await doctor(api);
  expect(marked(text, mark).join('\n')).toMatch(said);
  expect(text).toMatch(/\n {4}\w/);
  expect(code).toBe(mark === '✗' ? exitCodes.notReady : exitCodes.done);
});

test('a clock with which no signature counts fails the check before anybody wonders about credentials', async () => {
  date = new Date(Date.now() - 10 * 60_000);
  const { code, text } = await doctor(well());
  expect(code).toBe(exitCodes.notReady);
  expect(marked(text, '✗')[0]).toMatch(/clock is \d+ s off/);
});

test('an endpoint that does not answer is the only thing that is reported about the deployment', async () => {
  const { code, text, opened } = await run(['doctor', '--endpoint', 'http://127.0.0.1:1'], well());
  expect(code).toBe(exitCodes.notReady);
  expect(marked(text, '✗')).toEqual([expect.stringMatching(/http:\/\/127.0.0.1:1 does not answer/)]);
  expect(opened).toEqual([]);
});

test('programs get each finding with what was looked at', async () => {
  const { text } = await doctor(well(), '-o', 'json');
  const { findings } = JSON.parse(text) as { findings: Finding[] };
  expect(findings.map(({ check }) => check)).toEqual([
    'node',
    'endpoint',
    'clock',
    'credentials',
    'version',
    'rights',
    'quotas',
  ]);
});

test.each([
  ['20.18.3', 'failed'],
  ['18.20.0', 'failed'],
  ['20.19.0', 'warning'],
  ['22.0.0', 'ok'],
  ['24.11.1', 'ok'],
])('Node %s is %s', (version, status) => {
  expect(nodeFinding(version).status).toBe(status);
});

test.each([
  [0, 'ok'],
  [-31_000, 'warning'],
  [31_000, 'warning'],
  [300_001, 'failed'],
  [-300_001, 'failed'],
])('a clock that is %d ms off is %s', (skew, status) => {
  expect(clockFinding(1_000_000, 1_000_000 + skew).status).toBe(status);
});

test('a check of the model creates no world where there is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-doctor-'));
  const world = join(folder, 'none');
  const { code, text, opened } = await run(['doctor', '--target', 'local', '--world', world]);
  expect(code).toBe(exitCodes.done);
  expect(text).toContain(`there is no world in ${world} yet`);
  expect(opened).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
