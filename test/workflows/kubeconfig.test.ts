import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { exitCodes } from '../../cli/exitCodes.ts';
import { main } from '../../cli/main.ts';
import type { ApiRequest, Target } from '../../cli/target.ts';
import { timeText } from '../../cli/words.ts';
import { storedItems } from '../attacks/storedItems.ts';
import { callLog } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { openssl } from '../support/openssl.ts';
import { clusterIdOf, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';
import { recordedOutput } from '../unit/cli/recordedOutput.ts';

jest.setTimeout(120_000);

let account: TestAccount;
let folder: string;
let requests: ApiRequest[];
beforeEach(async () => {
  account = await anAccountWithCluster();
  folder = mkdtempSync(join(tmpdir(), 'kubestep-operator-'));
  requests = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string) => join(folder, name);

/** Runs the command against the account, as the administrator. */
async function kubestep(...argv: readonly string[]) {
  const recorded = recordedOutput();
  const target: Target = {
    kind: 'aws',
    pollMilliseconds: 0,
    now: () => account.clock.now(),
    pause: () => Promise.resolve(),
    close: () => Promise.resolve(),
    request: async (request) => {
      requests.push(request);
      return account.ask(request.method, request.path, request.body, request.query && { ...request.query });
    },
  };
  const code = await main(argv, { projectRoot: '.', output: recorded.output, openTarget: async () => target });
  return { code, text: recorded.lines.join('\n'), errorText: recorded.errors.join('\n') };
}

const getKubeconfig = (file: string, ...options: readonly string[]) =>
  kubestep('get', 'kubeconfig', 'demo', '--out', file, ...options);

/** What kubectl would take from the file: the current context, resolved. */
function currentOf(file: string) {
  const config = parse(readFileSync(file, 'utf8'));
  const named = (list: string, name: string) => config[list].find((entry: { name: string }) => entry.name === name);
  const { context } = named('contexts', config['current-context']);
  const { cluster } = named('clusters', context.cluster);
  const { user } = named('users', context.user);
  const pem = (data: string) => Buffer.from(data, 'base64').toString();
  return {
    config,
    cluster,
    authority: pem(cluster['certificate-authority-data']),
    certificate: pem(user['client-certificate-data']),
    key: pem(user['client-key-data']),
  };
}

const hoursLeft = (certificate: string) =>
  (Date.parse(new X509Certificate(certificate).validTo) - account.clock.now()) / 3_600_000;

test('the command writes a kubeconfig that proves its holder to the cluster’s authority, for eight hours', async () => {
  const file = inFolder('demo.kubeconfig');
  const { code, text } = await getKubeconfig(file);
  expect(code).toBe(exitCodes.done);

  const { cluster, authority, certificate, key } = currentOf(file);
  const files = { 'ca.pem': authority, 'operator.pem': certificate };
  expect(
    openssl(['verify', '-no_check_time', '-purpose', 'sslclient', '-CAfile', 'ca.pem', 'operator.pem'], files),
  ).toContain('operator.pem: OK');
  const read = new X509Certificate(certificate);
  expect(read.subject).toBe('O=kubestep:administrators\nCN=aws:123456789012:user/operator');
  expect(read.ca).toBe(false);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(hoursLeft(certificate)).toBeGreaterThan(7.9);
  expect(hoursLeft(certificate)).toBeLessThanOrEqual(8);

  const { body } = await account.ask('GET', '/clusters/demo');
  expect(cluster.server).toBe(body.cluster.endpoint);
  expect(cluster).not.toHaveProperty('tls-server-name');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['demo.kubeconfig']);
  expect(text).toContain(`kubectl --kubeconfig ${file} get nodes`);
  expect(text).toContain(`until ${timeText(new Date(read.validTo).toISOString())}`);
});

test('the authority is the one that the cluster’s API servers trust and show', async () => {
  const file = inFolder('demo.kubeconfig');
  await getKubeconfig(file);
  const clusterId = await clusterIdOf(account);
  expect(new X509Certificate(currentOf(file).authority).subject).toContain(`CN=kubernetes-ca ${clusterId}`);
});

test('the private key is in the file and nowhere else: not in a request, not in the output, not in the account', async () => {
  const file = inFolder('demo.kubeconfig');
  const { text } = await getKubeconfig(file);
  const { key } = currentOf(file);
  const scalar = Buffer.from(createPrivateKey(key).export({ format: 'jwk' }).d ?? '', 'base64url');
  expect(scalar).toHaveLength(32);
  // As PEM holds it (the scalar begins at a multiple of three bytes), in hex, and as a kubeconfig holds PEM.
  const forms = [
    scalar.toString('base64').slice(0, 40),
    scalar.toString('hex'),
    Buffer.from(key).toString('base64').slice(120, 200),
  ];
  const shown = (said: string) => forms.filter((form) => said.replaceAll(/\\n|\s/g, '').includes(form));
  expect(shown(key)).toHaveLength(1);
  expect(shown(readFileSync(file, 'utf8'))).toHaveLength(1);
  const rows = JSON.stringify([...account.world.tables.dump()]);
  for (const said of [JSON.stringify(requests), text, rows]) expect(shown(said)).toEqual([]);
  expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /clusters/demo/kubeconfig/administrators',
  ]);
});

test('group, hours and address are the caller’s choice; another address keeps the balancer’s name for TLS', async () => {
  const file = inFolder('viewer');
  const { text } = await getKubeconfig(
    file,
    ...['--group', 'viewers', '--hours', '0.5', '--server', 'https://127.0.0.1:6443'],
  );
  const { cluster, certificate } = currentOf(file);
  expect(new X509Certificate(certificate).subject).toContain('O=kubestep:viewers\n');
  expect(hoursLeft(certificate)).toBeLessThanOrEqual(0.5);
  const { body } = await account.ask('GET', '/clusters/demo');
  expect(cluster).toMatchObject({
    server: 'https://127.0.0.1:6443',
    'tls-server-name': new URL(body.cluster.endpoint).hostname,
  });
  expect(text).toContain('get pods');
});

test('a way of one’s own for one group leaves the address of the others as it was', async () => {
  const file = inFolder('ways');
  await getKubeconfig(file);
  await getKubeconfig(file, '--group', 'viewers', '--server', 'https://127.0.0.1:6443');
  const { config } = currentOf(file);
  const { body } = await account.ask('GET', '/clusters/demo');
  const { clusterId, endpoint } = body.cluster;
  const servers = Object.fromEntries(
    config.clusters.map(({ name, cluster }: { name: string; cluster: { server: string } }) => [name, cluster.server]),
  );
  expect(servers).toEqual({ [clusterId]: endpoint, [`${clusterId}@127.0.0.1:6443`]: 'https://127.0.0.1:6443' });
});

test('every issue is on record with who, what and until when', async () => {
  await getKubeconfig(inFolder('one'));
  await getKubeconfig(inFolder('two'), '--group', 'viewers');
  const { body } = await account.ask('GET', '/clusters/demo');
  const issued = (await storedItems(account, 'audit#demo')).filter(({ id }) => String(id).startsWith('operator#'));
  expect(issued.map(({ detail }) => (detail as { group: string }).group).sort()).toEqual(['administrators', 'viewers']);
  for (const { action, by, detail } of issued) {
    expect(action).toBe('certificate-issued');
    expect(by).toBe('arn:aws:iam::123456789012:user/operator');
    expect(detail).toMatchObject({ clusterId: body.cluster.clusterId, user: 'aws:123456789012:user/operator' });
  }
  const serials = ['one', 'two'].map((name) => new X509Certificate(currentOf(inFolder(name)).certificate).serialNumber);
  expect(issued.map(({ detail }) => (detail as { serialNumber: string }).serialNumber).sort()).toEqual(serials.sort());
});

test('contexts of other clusters and groups stay as they were; asking again replaces one’s own', async () => {
  const file = inFolder('config');
  writeFileSync(file, others, { mode: 0o644 });
  await getKubeconfig(file);
  const first = currentOf(file);
  await getKubeconfig(file, '--group', 'viewers');
  await getKubeconfig(file);
  const again = currentOf(file);

  const names = (list: string) => again.config[list].map(({ name }: { name: string }) => name);
  const clusterId = await clusterIdOf(account);
  expect(names('clusters')).toEqual(['demo', clusterId]);
  expect(names('contexts')).toEqual(['demo', `${clusterId}-administrators`, `${clusterId}-viewers`]);
  expect(again.certificate).not.toBe(first.certificate);
  expect(again.key).not.toBe(first.key);
  for (const line of others.split('\n').filter((each) => !each.startsWith('current-context')))
    expect(readFileSync(file, 'utf8')).toContain(line);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each([
  ['text', 'no: [kubeconfig'],
  ['another document', 'kind: Secret\n'],
  ['a list where none belongs', 'kind: Config\nclusters: {demo: here}\n'],
])('a file that holds %s is left alone, and nothing is issued', async (_, content) => {
  const file = inFolder('config');
  writeFileSync(file, content);
  const { code, errorText } = await getKubeconfig(file);
  expect(code).toBe(exitCodes.invalid);
  expect(errorText).toContain(file);
  expect(readFileSync(file, 'utf8')).toBe(content);
  expect(requests).toEqual([]);
});

test.each([
  [['--out', '/nowhere/at/all'], /no such folder/],
  [['--group', 'system:masters'], /--group.*administrators, viewers/],
  [['--server', 'http://127.0.0.1'], /--server.*takes an address/],
  [['--server', 'https://somebody@host'], /--server.*takes an address/],
  [['--server', 'nonsense'], /--server.*takes an address/],
])('%j is refused before anything is issued', async (options, message) => {
  const { code, errorText } = await kubestep('get', 'kubeconfig', 'demo', ...options);
  expect(code).toBe(exitCodes.invalid);
  expect(errorText).toMatch(message);
  expect(requests).toEqual([]);
});

test('what the deployment refuses is printed, and leaves no file', async () => {
  const file = inFolder('demo.kubeconfig');
  const long = await getKubeconfig(file, '--hours', '9');
  expect([long.code, long.errorText]).toEqual([exitCodes.invalid, expect.stringContaining('up to 8 hours')]);
  const unknown = await kubestep('get', 'kubeconfig', 'nobody', '--out', file);
  expect([unknown.code, unknown.errorText]).toEqual([exitCodes.notFound, expect.stringContaining('no cluster nobody')]);
  expect(readdirSync(folder)).toEqual([]);
});

describe('a cluster that is not ready lets nobody in', () => {
  test('while it is created', async () => {
    account = await anEmptyAccount();
    await startCreate(account);
    await account.clock.advance({ minutes: 1 });
    const { code, errorText } = await getKubeconfig(inFolder('early'));
    expect([code, errorText]).toEqual([exitCodes.invalid, expect.stringContaining('is not ready yet')]);
  });

  test('from the moment its deletion begins, and nothing is signed', async () => {
    const log = callLog();
    account = await anAccountWithCluster({ observers: [log.observer] });
    await account.ask('POST', '/clusters/demo/protection', undefined, { protected: 'false' });
    await startDelete(account);
    await account.clock.advance({ seconds: 20 });
    const { code, errorText } = await getKubeconfig(inFolder('late'));
    expect([code, errorText]).toEqual([exitCodes.invalid, expect.stringContaining('is being deleted')]);
    expect(log.calls.filter(({ operation }) => operation === 'Sign')).toEqual([]);
  });
});

const others = [
  'apiVersion: v1',
  'kind: Config',
  'preferences: {}',
  'clusters:',
  '  # of another team',
  '  - name: demo',
  '    cluster:',
  '      server: https://other.example:6443',
  '      insecure-skip-tls-verify: false',
  'users:',
  '  - name: demo',
  '    user:',
  '      token: 0123',
  'contexts:',
  '  - name: demo',
  '    context:',
  '      cluster: demo',
  '      user: demo',
  '      namespace: yes',
  'current-context: demo',
  '',
].join('\n');
