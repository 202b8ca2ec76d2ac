import { callLog, resourceCalls } from '../support/callLog.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingChanged } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

test('the same request, sent again after its cluster stands, answers with its run, starts nothing and takes no lock', async () => {
  const log = callLog();
  const account = await anAccountWithCluster({ observers: [log.observer] });
  const first = await startCreate(account);
  expect(account.engine.describe(first).status).toBe('SUCCEEDED');
  expect(log.calls.map(({ operation }) => operation)).not.toContain('StartExecution');
  expect(await lockReleased(account)).toEqual([]);
});

test('another request for the name of a cluster that stands is refused with who has it', async () => {
  const account = await anAccountWithCluster();
  const { status, body } = await account.ask('POST', '/clusters', JSON.stringify(demoSpec), { requestId: 'another' });
  expect(status).toBe(400);
  expect(body.message).toMatch(/a cluster demo \(demo-\w{5}, active\) exists since/);
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
  expect(resourceCalls(log.calls).length).toBeLessThan(100);
  expect(await lockReleased(account)).toEqual([]);
});
