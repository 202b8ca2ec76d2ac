import { callLog, resourceCalls, resourceWrites } from '../support/callLog.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingChanged } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

test('the same request, sent again after its cluster is ready, answers with its run, starts nothing and takes no lock', async () => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const first = await startCreate(account);
  expect(account.engine.describe(first).status).toBe('SUCCEEDED');
  expect(log.calls.map(({ operation }) => operation)).not.toContain('StartExecution');
  expect(await lockReleased(account)).toEqual([]);
});

test('another request for the name of an existing cluster is refused with its owner', async () => {
  const account = await anAccountWithCluster();
  const { status, body } = await account.ask('PUT', '/clusters/demo', JSON.stringify(demoSpec), {
    requestId: 'another',
  });
  expect(status).toBe(400);
  expect(body.message).toMatch(/a cluster demo \(demo-\w{11}, active\) has existed since/);
  expect(await lockReleased(account)).toEqual([]);
});

test('a run that died at its last state and starts over weeks later finds everything and changes nothing', async () => {
  const neverReleased = {
    strike: (call: { functionName: string }) => (/releaseLock$/.test(call.functionName) ? ('die' as const) : undefined),
  };
  const failing = await anEmptyAccount({ faults: neverReleased });
  const arn = await startCreate(failing);
  expect(await failing.until(failing.engine.whenEnded(arn))).toMatchObject({ status: 'FAILED' });
  await failing.clock.advance({ days: 15 }); // AWS redrives for 14

  const log = callLog();
  const account = await anAccount({ from: snapshotOf(failing), observers: [log.observer] });
  const before = snapshotOf(account);
  const { clusterName, runId } = JSON.parse(account.engine.describe(arn).input);
  const { body } = await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  const { execution } = await finish(account, body.executionArn, 0);

  expect(execution.status).toBe('SUCCEEDED');
  expect(execution.executionArn).not.toBe(arn);
  expect(nothingChanged(before, snapshotOf(account))).toEqual([]);
  expect(operationsOf(resourceWrites(log.calls)).filter((operation) => !(operation in withoutEffect))).toEqual([]);
  expect(resourceCalls(log.calls).length).toBeLessThan(100);
  expect(await lockReleased(account)).toEqual([]);
});

/** What a step asks for without looking first, and what AWS makes of it where it is so already. */
const withoutEffect = {
  'iam:CreateServiceLinkedRole': 'InvalidInput',
  'iam:CreateRole': 'EntityAlreadyExists',
  'iam:CreateInstanceProfile': 'EntityAlreadyExists',
  'iam:AddRoleToInstanceProfile': 'LimitExceeded',
  'iam:PutRolePolicy': 'the same document again',
  'ec2:ModifyVpcAttribute': 'the same value again',
  'ec2:CreateRoute': 'RouteAlreadyExists',
  'ec2:ReplaceRoute': 'the same target again',
  'elasticloadbalancing:ModifyTargetGroupAttributes': 'the same values again',
  'elasticloadbalancing:ModifyLoadBalancerAttributes': 'the same values again',
  'elasticloadbalancing:RegisterTargets': 'the same targets again',
};

const operationsOf = (writes: readonly string[]): string[] => writes.map((write) => write.split(': ')[1] ?? write);
