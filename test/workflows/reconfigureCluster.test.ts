import { brokenContents, machineBundles, machines } from '../../local/machines/simulated/machineRows.ts';
import { components } from '../../shared/machine/components.ts';
import { mastersOf, unhealthyApiServers, watchedTables } from '../support/apiServers.ts';
import { callLog, resourceWrites } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startDelete, startReconfigure } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { changed } from '../unit/spec/aSpec.ts';

jest.setTimeout(120_000);

const flag = (value: string) => ({
  'spec.components': { 'kube-apiserver': { extraArguments: { 'max-requests-inflight': value } } },
});
const oneFlag = changed(demoSpec, flag('800'));

const unitOf = (account: TestAccount, sha256 = '') => machineBundles(account.world).get(sha256) ?? '';
const flagsRun = (account: TestAccount) =>
  mastersOf(account.world).map(
    ({ current }) => /--max-requests-inflight=(\d+)/.exec(unitOf(account, current?.['kube-apiserver']))?.[1],
  );
const startTimes = (account: TestAccount) =>
  Object.fromEntries(
    components.map((component) => [
      component,
      [...machines(account.world).rows()].map(({ running }) => running?.[component]),
    ]),
  );

describe('one flag of the API server on three masters', () => {
  const log = callLog();
  const watched = watchedTables();
  let account: TestAccount;
  let executionArn: string;
  let before: ReturnType<typeof startTimes>;

  beforeAll(async () => {
    account = await anAccountWithCluster({ observers: [log.observer], tables: watched.tables });
    before = startTimes(account);
    watched.watch(account.world);
    executionArn = await startReconfigure(account, oneFlag);
    const { execution } = await finish(account, executionArn, 0);
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  });

  test('runs on every master', () => {
    expect(flagsRun(account)).toEqual(['800', '800', '800']);
  });

  test('restarts the API servers and nothing else', () => {
    const { 'kube-apiserver': apiServersBefore, ...othersBefore } = before;
    const { 'kube-apiserver': apiServers, ...others } = startTimes(account);
    expect(others).toEqual(othersBefore);
    expect(apiServers?.filter((since, index) => since !== apiServersBefore?.[index])).toHaveLength(3);
  });

  test('never has two API servers unhealthy, at any event', () => {
    expect(watched.seen.events).toBeGreaterThan(200);
    expect(watched.seen.most).toBe(1);
    expect(unhealthyApiServers(account.world)).toBe(0);
  });

  test('changes no resource in AWS', () => {
    expect(resourceWrites(log.calls)).toEqual([]);
    expect(log.refusals).toEqual([]);
  });

  test('is the next generation of the cluster, and its slots say what they run', async () => {
    const { body } = await account.ask('GET', '/clusters/demo');
    expect(body.cluster).toMatchObject({ status: 'active', generation: 2 });
    expect(body.cluster).not.toHaveProperty('targetPlanHash');
    const slots: { planHash: string; bundle: string; instanceId: string }[] = body.slots;
    expect(new Set(slots.map(({ planHash }) => planHash))).toEqual(new Set([body.cluster.planHash]));
    for (const { instanceId, bundle } of slots)
      expect(machines(account.world).get(instanceId)?.current?.['kube-apiserver']).toBe(bundle);
  });

  test('asked for again, is answered without a run or a write', async () => {
    log.clear();
    const { status, body } = await account.ask('POST', '/clusters/demo/reconfigure', JSON.stringify(oneFlag), {
      requestId: 'again',
    });
    expect([status, body.changes, body.runId]).toEqual([200, [], undefined]);
    expect(
      log.calls.filter(({ operation }) => /^(Put|Update|Delete|Batch|Transact|Start|Send|Create)/.test(operation)),
    ).toEqual([]);
  });

  test('keeps its history and payloads small', () => {
    const history = account.engine.history(executionArn);
    expect(history.length).toBeLessThan(300);
    expect(Math.max(...history.map((event) => JSON.stringify(event).length))).toBeLessThan(16 * 1024);
  });
});

describe('sizes of a node group', () => {
  test('are one call to Auto Scaling, and no machine is asked to change', async () => {
    const log = callLog();
    const account = await anAccountWithCluster({ observers: [log.observer] });
    const spec = changed(demoSpec, { 'spec.nodeGroups.0.min': 4, 'spec.nodeGroups.0.max': 9 });
    const { execution } = await finish(account, await startReconfigure(account, spec), 0);
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(resourceWrites(log.calls)).toEqual(['kubestep-dev-resizeNodeGroups: autoscaling:UpdateAutoScalingGroup']);
    const sent = log.calls.filter(({ operation }) => operation === 'SendCommand');
    expect(sent.map(({ input }) => (input as { Parameters: { Verb: string[] } }).Parameters.Verb[0])).toEqual([
      'validate',
    ]);
  });
});

describe('a flag that the API server does not take', () => {
  const refused = changed(demoSpec, flag('1'));
  const broken = (account: TestAccount, how: 'refused' | 'never ready') =>
    brokenContents(account.world).put('flag', { component: 'kube-apiserver', text: '--max-requests-inflight=1', how });

  test.each(['refused', 'never ready'] as const)(
    '%s: the first master keeps the old one, and the run ends',
    async (how) => {
      const watched = watchedTables();
      const account = await anAccountWithCluster({ tables: watched.tables });
      watched.watch(account.world);
      broken(account, how);
      const { execution, failures } = await finish(account, await startReconfigure(account, refused), 0);
      expect([execution.status, execution.error]).toEqual(['FAILED', 'MachineFailed']);
      expect([failures, execution.cause]).toEqual([[], expect.stringMatching(/SwitchFailed|lint/)]);
      await account.clock.advance({ minutes: 5 });
      expect([watched.seen.most, unhealthyApiServers(account.world)]).toEqual([how === 'refused' ? 0 : 1, 0]);
      expect(flagsRun(account)).toEqual([undefined, undefined, undefined]);
    },
  );

  test('is taken once its cause is gone and the run is resumed', async () => {
    const account = await anAccountWithCluster();
    broken(account, 'never ready');
    const arn = await startReconfigure(account, refused);
    await finish(account, arn, 0);
    brokenContents(account.world).delete('flag');
    const { execution } = await finish(account, arn, 3);
    expect(execution.status).toBe('SUCCEEDED');
    expect(flagsRun(account)).toEqual(['1', '1', '1']);
  });

  test.each([
    ['a corrected spec', oneFlag, '800'],
    ['the old spec', demoSpec, undefined],
  ])('gives way to %s that takes the lock over', async (_, spec, value) => {
    const account = await anAccountWithCluster();
    broken(account, 'never ready');
    await finish(account, await startReconfigure(account, refused), 0);
    await account.clock.advance({ minutes: 5 });
    const { execution } = await finish(account, await startReconfigure(account, spec, 'corrected', true), 0);
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
    expect(flagsRun(account)).toEqual([value, value, value]);
    const { body } = await account.ask('GET', '/clusters/demo');
    expect(body.cluster).toMatchObject({ status: 'active', generation: 2 });
  });

  test('does not keep its cluster from being deleted', async () => {
    const account = await anAccountWithCluster();
    broken(account, 'never ready');
    await finish(account, await startReconfigure(account, refused), 0);
    await account.clock.advance({ minutes: 5 });
    const { execution } = await finish(account, await startDelete(account, 'demo', 'delete', true), 0);
    expect([execution.status, execution.cause]).toEqual(['SUCCEEDED', undefined]);
  });
});

test.each<[string, Record<string, unknown>]>([
  ['spec.nodeGroups[workers].labels', { 'spec.nodeGroups.0.labels': { a: 'b' } }],
  ['spec.kubernetesVersion', { 'spec.kubernetesVersion': '1.36.4' }],
  ['spec.controlPlane.instanceType', { 'spec.controlPlane.instanceType': 'm7g.xlarge' }],
  ['spec.components.kubelet', { 'spec.components': { kubelet: { extraArguments: { 'max-pods': '50' } } } }],
  ['spec.network.podCIDR', { 'spec.network.podCIDR': '100.96.0.0/12' }],
])('%s is refused by name, and nothing is touched', async (path, changes) => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const { status, body } = await account.ask(
    'POST',
    '/clusters/demo/reconfigure',
    JSON.stringify(changed(demoSpec, changes)),
    { requestId: 'refused' },
  );
  expect([status, body.message]).toEqual([400, expect.stringContaining(path)]);
  expect(
    log.calls.filter(({ operation }) => /^(Put|Update|Delete|Batch|Transact|Start|Send|Create)/.test(operation)),
  ).toEqual([]);
});

describe('deletion protection', () => {
  const isProtected = async (account: TestAccount): Promise<boolean> =>
    (await account.ask('GET', '/clusters/demo')).body.cluster.deletionProtection;

  test('that is set while a change runs stays when it ends', async () => {
    const account = await anAccountWithCluster();
    const executionArn = await startReconfigure(account, oneFlag);
    await account.clock.advance({ seconds: 60 });
    await account.ask('POST', '/clusters/demo/protection', undefined, { protected: 'true' });
    const { execution } = await finish(account, executionArn, 0);
    expect([execution.status, await isProtected(account)]).toEqual(['SUCCEEDED', true]);
  });

  test('is raised by a change, and lifted by nobody but who may lift it', async () => {
    const account = await anAccountWithCluster();
    const raised = changed(demoSpec, { 'spec.deletionProtection': true });
    await finish(account, await startReconfigure(account, raised), 0);
    expect(await isProtected(account)).toBe(true);

    await expect(startReconfigure(account, oneFlag, 'lift')).rejects.toThrow('kubestep protect NAME --off');
    expect(await isProtected(account)).toBe(true);
  });
});
