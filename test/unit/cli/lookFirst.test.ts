import { leftLines } from '../../../cli/audit.ts';
import { exitCodes } from '../../../cli/exitCodes.ts';
import type { PlannedDeletion } from '../../../shared/operations/planDeletion.ts';
import type { RecordedEntry } from '../../../shared/store/audit.ts';
import { at } from './aRun.ts';
import { type Api, ok, run } from './runCommand.ts';

describe('a dry run', () => {
  const deletion: PlannedDeletion = {
    cluster: { name: 'demo', clusterId: 'demo-1', status: 'active', deletionProtection: true },
    takes: [
      { kind: 'vpc', key: 'main', id: 'vpc-1' },
      { kind: 'key', key: 'volumes', id: 'key-1' },
    ],
    ofKubernetes: { loadBalancers: ['arn'], securityGroups: [] },
    volumesOfClaims: { asked: ['vol-1'], kept: ['vol-2'] },
    leavesAlone: [{ kind: 'subnet', key: 'a', id: 'subnet-9' }],
    backups: { count: 0, keys: [] },
    keysDeletedAfterDays: 7,
  };
  const api: Api = ({ path }) => (path === '/clusters/demo/deletion' ? ok(deletion) : undefined);

  test('of a deletion shows what goes and what stays, and requests nothing else', async () => {
    const { text, code, requests } = await run(['delete', 'demo', '--dry-run'], api);
    expect(code).toBe(exitCodes.done);
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
    expect(text).toMatch(/1 vpc\n.*1 load balancer.*\n.*1 KMS key, 7 days later/);
    expect(text).toMatch(/Keeps\n.*claims retain them.*vol-1\n.*vol-2\n.*subnet-9/);
    expect(text).toMatch(/kubestep protect demo --off[\s\S]*Nothing was touched/);
    const all = await run(['delete', 'demo', '--dry-run', '--delete-volumes'], api);
    expect(all.text).toMatch(/1 volume of claims: vol-1\nKeeps\n.*vol-2/);
  });

  test('is what a person reads before confirming', async () => {
    const free: Api = () => ok({ ...deletion, cluster: { ...deletion.cluster, deletionProtection: false } });
    const { text } = await run(['delete', 'demo'], free, {}, () => Promise.resolve('no'));
    expect(text).toMatch(/Keeps/);
  });

  test.each<[string, Api, number, RegExp]>([
    ['does not exist', () => undefined, exitCodes.notFound, /no .clusters.demo.deletion/],
    ['is protected', api, exitCodes.invalid, /kubestep protect demo --off/],
    [
      'is locked',
      () => ok({ ...deletion, cluster: { ...deletion.cluster, deletionProtection: false }, lockedBy: 'create-first' }),
      exitCodes.locked,
      /create-first holds the lock of demo/,
    ],
  ])('nobody is asked for the name of a cluster that %s', async (_, answers, exitCode, why) => {
    const question = jest.fn(() => Promise.resolve('demo'));
    const { code, errorText } = await run(['delete', 'demo'], answers, {}, question);
    expect(question).not.toHaveBeenCalled();
    expect({ code, errorText }).toEqual({ code: exitCode, errorText: expect.stringMatching(why) });
  });

  test('a lock is taken over, and a repeated request may hold the lock itself', async () => {
    const locked: Api = () =>
      ok({ ...deletion, cluster: { ...deletion.cluster, deletionProtection: false }, lockedBy: 'delete-first' });
    for (const option of ['--take-over', '--request-id=first']) {
      const question = jest.fn(() => Promise.resolve('no'));
      await run(['delete', 'demo', option], locked, {}, question);
      expect(question).toHaveBeenCalled();
    }
  });

  test('of a creation is its plan, and starts nothing', async () => {
    const { requests } = await run(['create', '-f', 'events/secondCluster.yaml', '--dry-run'], api);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /clusters/shop/plan']);
  });

  test.each(['--take-over', '--no-wait', '--request-id=one'])(
    'does not take %s, which is about a run',
    async (option) => {
      expect((await run(['delete', 'demo', '--dry-run', option], api)).code).toBe(exitCodes.invalid);
    },
  );
});

describe('diff', () => {
  const file = ['diff', '-f', 'events/secondCluster.yaml'];
  const existing = { name: 'shop', clusterId: 'shop-1', status: 'active', createdAt: at(0) };
  const change = { path: 'spec.nodeGroups[web].max', before: 3, after: 9 };
  const differing =
    (changes: readonly object[]): Api =>
    () =>
      ok({ existing, changes, warnings: [] });

  test('ends as diff does: 0 where nothing differs, 1 where something does', async () => {
    expect((await run(file, differing([]))).code).toBe(0);
    const { code, text } = await run(file, differing([change]));
    expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining('spec.nodeGroups[web].max: 3 -> 9') });
    expect(JSON.parse((await run([...file, '-o', 'json'], differing([change]))).text).changes).toEqual([change]);
  });

  test('of what the cluster can never take is a refusal, which is more than a difference', async () => {
    const refusing: Api = () => ({ status: 400, body: { error: 'InvalidRequest', message: 'spec.region: never' } });
    expect(await run(file, refusing)).toMatchObject({ code: exitCodes.invalid, errorText: 'spec.region: never' });
  });
});

test('after a deletion the output says what stays and until when keys can be kept', () => {
  const entry = (action: RecordedEntry['action'], detail: RecordedEntry['detail']): RecordedEntry => ({
    at: at(0),
    action,
    id: String(detail.keyId ?? 'delete-first'),
    by: 'arn',
    detail: { clusterId: 'demo-1', ...detail },
  });
  const scheduled = (keyId: string, date: string) => entry('key-deletion-scheduled', { key: 'ca', keyId, date });
  const lines = leftLines(
    [
      entry('volumes-kept', { keptVolumes: 1, volumes: 'vol-1' }),
      entry('key-kept', { key: 'volumes', keyId: 'k1' }),
      scheduled('k2', '2026-12-01T00:00:00Z'),
      scheduled('k2', '2026-12-04T00:00:00Z'),
      scheduled('k3', '2026-12-03T00:00:00Z'),
      entry('volumes-kept', { clusterId: 'demo-0', keptVolumes: 1, volumes: 'vol-of-an-earlier-demo' }),
    ],
    'demo-1',
  ).join('\n');
  expect(lines).toMatch(/vol-1\n.*k1[\s\S]*2 KMS keys will be deleted after 2026-12-04/);
  expect(lines).not.toContain('earlier');
});

test('events are what is on record and how runs ended, in order, with what machines suffer from now', async () => {
  const entries = [
    { at: at(0), action: 'run-requested', id: 'create-first', by: 'arn:one', detail: { operation: 'createCluster' } },
    { at: at(9), action: 'second-key-requested', id: 'i-1#kubelet', by: 'arn:two', detail: { instanceId: 'i-1' } },
  ];
  const runs = [
    {
      runId: 'create-first',
      operation: 'createCluster',
      clusterName: 'demo',
      ended: { status: 'FAILED', at: at(5), error: 'Conflict' },
    },
  ];
  const answers: Readonly<Record<string, unknown>> = {
    '/clusters/demo/audit': { entries, earlier: 0 },
    '/clusters/demo/runs': { runs },
    '/clusters/demo/nodes': { nodes: [{ instanceId: 'i-2', failure: 'disk full' }] },
  };
  const { text } = await run(['get', 'events', 'demo', '-o', 'json'], ({ path }) => ok(answers[path]));
  expect(JSON.parse(text).map(({ type, reason, object }: Record<string, string>) => [type, reason, object])).toEqual([
    ['Normal', 'RunRequested', 'run/create-first'],
    ['Warning', 'RunEnded', 'run/create-first'],
    ['Warning', 'SecondKeyRequested', 'cluster/demo'],
    ['Warning', 'MachineFailed', 'node/i-2'],
  ]);
});

test.each(['audit', 'events'])('%s says how many entries are older than what it lists, in each form', async (what) => {
  const entry = { at: at(0), action: 'run-requested', id: 'create-first', by: 'arn:one', detail: {} };
  const answers: Api = ({ path }) =>
    ok(path.endsWith('/audit') ? { entries: [entry], earlier: 7 } : { runs: [], nodes: [] });
  const cut = /7 older entries of the audit are not shown/;
  for (const format of [[], ['-o', 'wide']])
    expect((await run(['get', what, 'demo', ...format], answers)).text).toMatch(cut);
  for (const format of ['json', 'yaml', 'name']) {
    const { text, errorText } = await run(['get', what, 'demo', '-o', format], answers);
    expect([format, cut.test(text), cut.test(errorText)]).toEqual([format, false, true]);
  }
});
