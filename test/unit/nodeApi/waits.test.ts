import { operationIdOf } from '../../../shared/aws/commands.ts';
import { slotsThatServed } from '../../../shared/store/etcd.ts';
import { writeSlot } from '../../../shared/store/machines.ts';
import { type Awaited, listWaits } from '../../../shared/store/waits.ts';
import { type Machine, type NodeApiWorld, nodeApiWorld } from './nodeApiWorld.ts';

let node: NodeApiWorld;
let other: Machine;
beforeEach(async () => {
  node = await nodeApiWorld();
  other = await node.launch('master', { address: '10.0.1.10' });
  await node.as(() => writeSlot('demo-x7k2p', { ...aSlot, planHash: node.planHash, instanceId: other.instanceId }));
});

const aSlot = { slotKey: 'master-1', attempt: 0 };
const say = (machine: Machine, phase: string, outcome: string, message = 'so it is') =>
  node.request(machine, 'postReport', { body: { phase, outcome, message } });

const members = (): Awaited => ({ phase: 'etcd-serving', instanceIds: [node.master.instanceId, other.instanceId] });
const group = (count: number): Awaited => ({
  phase: 'node-ready',
  group: 'general',
  groupName: 'demo-x7k2p-general',
  templateVersion: '1',
  count,
});

describe('a wait on machines of slots', () => {
  test('continues with the report of the last of them, and each is recorded as it serves', async () => {
    const served = async () => [...(await node.as(() => slotsThatServed(node.run.clusterId)))];
    await node.wait(members());
    await say(other, 'etcd-serving', 'waiting');
    expect(await served()).toEqual([]);
    await say(other, 'etcd-serving', 'done');
    expect([node.tokens, await served()]).toEqual([[], ['master-1']]);
    await say(node.master, 'etcd-serving', 'done');
    expect(node.tokens).toEqual([{ taskToken: 'token', outcome: 'success' }]);
    expect(await served()).toEqual(['master-0', 'master-1']);
  });

  test('costs one write a report, however many machines it awaits', async () => {
    await node.wait({ phase: 'etcd-serving', instanceIds: [node.master.instanceId, ...manyIds(200)] });
    await say(node.master, 'bundle-fetched', 'done');
    node.calls();
    await say(node.master, 'etcd-serving', 'done');
    const calls = node.calls().filter((call) => call.startsWith('dynamodb:'));
    expect(calls.filter((call) => /Update/.test(call))).toHaveLength(1);
    expect(calls.length).toBeLessThan(10);
  });

  test('is neither ended nor failed by "not yet"', async () => {
    await node.wait(members());
    for (const phase of ['certificates-issued', 'etcd-serving']) await say(other, phase, 'waiting');
    expect(node.tokens).toEqual([]);
  });

  test('is failed by a machine that fails, in an earlier phase too, and looks again with what it said', async () => {
    await node.wait(members());
    await say(other, 'certificates-issued', 'failed', 'no mirror answers');
    expect(node.tokens).toEqual([{ taskToken: 'token', outcome: 'failure' }]);
    const again = node.wait(members(), { attempt: 1 });
    await expect(again).rejects.toMatchObject({
      name: 'MachineFailed',
      message: `${other.instanceId}: certificates-issued: no mirror answers`,
    });
  });

  test('continues after a failure that was overcome', async () => {
    await node.wait(members());
    await say(other, 'etcd-serving', 'failed');
    await say(other, 'etcd-serving', 'waiting');
    await node.wait(members(), { attempt: 1, taskToken: 'second' });
    for (const machine of [other, node.master]) await say(machine, 'etcd-serving', 'done');
    expect(node.tokens).toEqual([
      { taskToken: 'token', outcome: 'failure' },
      { taskToken: 'second', outcome: 'success' },
    ]);
  });

  test('is not failed by a machine that was through before', async () => {
    await node.wait(members());
    await say(other, 'etcd-serving', 'done');
    await say(other, 'etcd-serving', 'failed');
    await say(other, 'certificates-issued', 'failed');
    expect(node.tokens).toEqual([]);
  });

  test('ends by naming machines that say nothing, or wait, for a quarter of an hour', async () => {
    await node.wait(members());
    await say(other, 'etcd-serving', 'waiting', 'no peer answers');
    await node.aws.world.clock.advance({ minutes: 16 });
    const again = node.wait(members(), { attempt: 1 });
    await expect(again).rejects.toMatchObject({
      name: 'MachineFailed',
      message: expect.stringContaining(`${node.master.instanceId} has reported nothing`),
    });
    await expect(node.wait(members(), { attempt: 2 })).rejects.toThrow(
      `${other.instanceId}: etcd-serving waiting: no peer answers`,
    );
    // A person resumes: patience starts again.
    await expect(node.wait(members(), { attempt: 1000 })).resolves.toMatchObject({
      awaited: { phase: 'etcd-serving' },
    });
  });
});

describe('a wait for an operation', () => {
  const operation = () => ({ operationId: 'op-1', instanceId: node.master.instanceId });
  const beat = (machine: Machine, operationId = 'op-1') =>
    node.request(machine, 'postReport', { body: { operationId, outcome: 'running' } });

  test('is kept alive by the machine that runs it, which writes nothing', async () => {
    await node.wait(operation());
    await beat(node.master);
    node.calls();
    const rows = await node.as(() => listWaits(node.run.clusterId));
    await beat(node.master);
    expect(node.tokens).toEqual([
      { taskToken: 'token', outcome: 'heartbeat' },
      { taskToken: 'token', outcome: 'heartbeat' },
    ]);
    expect(node.calls().filter((call) => /dynamodb:(Put|Update|Delete|Transact)/.test(call))).toEqual([]);
    expect(await node.as(() => listWaits(node.run.clusterId))).toEqual(rows);
  });

  test('is not kept alive by another machine, or for another operation', async () => {
    await node.wait(operation());
    await beat(other);
    await beat(node.master, 'op-2');
    expect(node.tokens).toEqual([]);
    expect((await beat(node.worker)).statusCode).toBe(403);
  });
});

describe('waits of two branches', () => {
  test('keep their tokens apart, and their operations', async () => {
    await node.wait(members(), { branch: 'one', taskToken: 'first' });
    await node.wait(members(), { branch: 'two', taskToken: 'second' });
    for (const machine of [other, node.master]) await say(machine, 'etcd-serving', 'done');
    expect(node.tokens.map(({ taskToken }) => taskToken).sort()).toEqual(['first', 'second']);
    const ids = ['', 'one', 'two'].map((branch) => operationIdOf({ ...node.run, branch }, 'DrainSlice', 0));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('a wait on a group', () => {
  test('is not failed by a machine of it that fails', async () => {
    await node.wait(group(1));
    await say(node.worker, 'node-ready', 'failed');
    await say(node.worker, 'certificates-issued', 'failed');
    expect(node.tokens).toEqual([]);
    await say(node.worker, 'node-ready', 'done');
    expect(node.tokens).toEqual([{ taskToken: 'token', outcome: 'success' }]);
  });

  test('of one machine ends by its name when it still fails at a later look', async () => {
    await node.wait(group(1));
    await say(node.worker, 'certificates-issued', 'failed', 'no mirror answers');
    await expect(node.wait(group(1), { attempt: 1 })).rejects.toMatchObject({
      name: 'MachineFailed',
      message: `Node group general has 0 of 1 nodes. ${node.worker.instanceId}: certificates-issued: no mirror answers`,
    });
  });

  test('does not count a machine that was replaced', async () => {
    await node.wait(group(2));
    await say(node.worker, 'node-ready', 'done');
    const { AutoScalingInstances } = await node.aws.call<{ AutoScalingInstances: { InstanceId: string }[] }>(
      'autoscaling:DescribeAutoScalingInstances',
    );
    expect(AutoScalingInstances).toHaveLength(1);
    await node.aws.call('autoscaling:TerminateInstanceInAutoScalingGroup', {
      InstanceId: node.worker.instanceId,
      ShouldDecrementDesiredCapacity: false,
    });
    await node.aws.world.clock.advance({ minutes: 5 });
    const successor = await node.workerNow();
    expect(successor.instanceId).not.toBe(node.worker.instanceId);
    await say(successor, 'node-ready', 'done');
    expect(node.tokens).toEqual([]);
    await node.wait(group(1), { attempt: 1, taskToken: 'second' });
    expect(node.tokens).toEqual([{ taskToken: 'second', outcome: 'success' }]);
  });
});

const manyIds = (count: number) => Array.from({ length: count }, (_, index) => `i-${String(index).padStart(17, '0')}`);
