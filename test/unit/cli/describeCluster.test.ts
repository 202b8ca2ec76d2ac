import { parse } from 'yaml';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { aRun, at } from './aRun.ts';
import { type Api, ok, run } from './runCommand.ts';

const cluster = {
  name: 'demo',
  clusterId: 'demo-bcdfg',
  status: 'active',
  environment: 'dev',
  region: 'us-east-1',
  kubernetesVersion: '1.36.3',
  deletionProtection: true,
  endpoint: 'https://demo.example:443',
  createdAt: at(0),
};
const master = {
  instanceId: 'i-1',
  role: 'master',
  slot: 'master-0',
  zone: 'us-east-1a',
  phase: 'node-ready',
  certificatesUntil: at(90_000),
};
const worker = {
  instanceId: 'i-2',
  role: 'worker',
  group: 'workers',
  zone: 'us-east-1b',
  phase: 'node-ready',
  certificatesUntil: at(80_000),
};
const spec = { kind: 'Cluster', metadata: { name: 'demo' }, spec: { image: 'al2023' } };
const blueprint = {
  slots: [{ key: 'master-0', zone: 'us-east-1a' }],
  nodeGroups: [{ name: 'workers', size: { min: 1, max: 3, desired: 1 } }],
};

interface Facts {
  readonly status?: string;
  readonly nodes?: readonly object[];
  readonly runStatus?: string;
  readonly lock?: object;
}

/** A deployment with the cluster demo; ready by default. */
function deployment({ status, nodes = [master, worker], runStatus = 'SUCCEEDED', lock }: Facts = {}): Api {
  const { run: record, ...described } = aRun([], { status: runStatus });
  const earlier = { ...record, runId: 'delete-earlier', clusterId: 'demo-earlier' };
  const answers: Readonly<Record<string, unknown>> = {
    '/clusters/demo': { cluster: { ...cluster, ...(status && { status }) }, lock: { fence: 1, ...lock } },
    '/clusters/demo/nodes': { nodes },
    '/clusters/demo/plan': { plan: { spec, blueprint } },
    '/clusters/demo/runs': { runs: [earlier, record] },
    '/clusters/demo/runs/create-first': { run: record, ...described },
  };
  return ({ method, path }) => (method === 'GET' && answers[path] !== undefined ? ok(answers[path]) : undefined);
}

const describeDemo = (facts?: Facts, ...options: string[]) =>
  run(['describe', 'cluster', 'demo', ...options], deployment(facts));

describe('describe cluster', () => {
  test('of a ready cluster exits with 0 and shows what operators ask first', async () => {
    const { code, text, requests } = await describeDemo();
    expect(code).toBe(exitCodes.done);
    expect(text).toMatch(/^State +active, ready$/m);
    expect(text).toMatch(/^Kubernetes +1\.36\.3$/m);
    expect(text).toMatch(/^Endpoint +https:\/\/demo\.example:443$/m);
    expect(text).toMatch(/^Protected +yes/m);
    expect(text).toMatch(/^Certificates +the first ends 2026-11-23 22:13 UTC/m);
    expect(text).toMatch(/^Last run +create-first, SUCCEEDED$/m);
    expect(text).toMatch(/^us-east-1a +1\/1 +master-0$/m);
    expect(text).toMatch(/^us-east-1b +1\/1 +workers$/m);
    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test.each<[string, Facts, RegExp]>([
    ['a cluster that is being created', { status: 'creating' }, /the cluster is creating/],
    ['a cluster that is being deleted', { status: 'deleting' }, /the cluster is deleting/],
    ['a slot without a machine', { nodes: [worker] }, /master-0 \(us-east-1a\) has no machine/],
    [
      'a master that is not a node yet',
      { nodes: [{ ...master, phase: 'control-plane-serving' }, worker] },
      /master-0 .* control-plane-serving/,
    ],
    [
      'a machine that failed',
      { nodes: [master, { ...worker, failure: 'node-ready: no space' }] },
      /workers .* node-ready: no space/,
    ],
    ['a machine under suspicion', { nodes: [{ ...master, alarm: 'a second key' }, worker] }, /a second key/],
    ['a group below its minimum', { nodes: [master] }, /workers: 0 machines ready, and its minimum is 1/],
  ])('of %s exits with the code of not ready and says why', async (_, facts, reason) => {
    const { code, text } = await describeDemo(facts);
    expect(code).toBe(exitCodes.notReady);
    expect(text).toMatch(/^State .*, not ready$/m);
    expect(text).toMatch(reason);
    const json = await describeDemo(facts, '-o', 'json');
    expect(json.code).toBe(exitCodes.notReady);
    const { ready, problems } = JSON.parse(json.text);
    expect(ready).toBe(false);
    expect(problems).toContainEqual(expect.stringMatching(reason));
  });

  test('an etcd machine is ready once its member serves', async () => {
    const etcd = { ...master, role: 'etcd', phase: 'etcd-serving' };
    expect((await describeDemo({ nodes: [etcd, worker] })).code).toBe(exitCodes.done);
  });

  test.each([
    ['FAILED', true],
    ['ABORTED', true],
    ['TIMED_OUT', true],
    ['RUNNING', false],
    ['PENDING_REDRIVE', false],
    ['SUCCEEDED', false],
    ['NOT_STARTED', false],
  ])('says whether a last run that is %s can be resumed: %s', async (runStatus, resumable) => {
    const { text } = await describeDemo({ runStatus });
    expect(text.includes('kubestep resume create-first')).toBe(resumable);
    const { lastRun } = JSON.parse((await describeDemo({ runStatus }, '-o', 'json')).text);
    expect(lastRun).toMatchObject({ runId: 'create-first', status: runStatus, resumable });
  });

  test('names the run that holds the lock', async () => {
    const { text } = await describeDemo({ lock: { holder: { runId: 'create-first', since: at(0) } } });
    expect(text).toMatch(/^Locked by +create-first/m);
  });

  test('gives the spec with its defaults to programs', async () => {
    const value = parse((await describeDemo({}, '-o', 'yaml')).text);
    expect(value).toMatchObject({ name: 'demo', ready: true, spec });
    expect(value.machines).toMatchObject([
      { name: 'master-0', ready: true },
      { name: 'workers', ready: true },
    ]);
    expect(value).not.toHaveProperty('planHash');
  });

  test('of a name that no cluster has ends as not found', async () => {
    const { code, requests } = await run(['describe', 'cluster', 'shop'], deployment());
    expect(code).toBe(exitCodes.notFound);
    expect(requests).toHaveLength(1);
  });
});
