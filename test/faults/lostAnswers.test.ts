import type { CallObserver, CloudCall } from '../../local/cloud/cloud.ts';
import { connectionReset } from '../../local/cloud/serviceFailures.ts';
import { storedItems } from '../attacks/storedItems.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { sameWorld } from '../support/checks/sameWorld.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

/** The first such call of a function takes effect, and its connection breaks before the answer. */
function losingAnswerOf(isMeant: (call: CloudCall) => boolean): CallObserver & { readonly lost: () => number } {
  let lost = 0;
  return {
    lost: () => lost,
    after(call) {
      if (lost > 0 || call.principal.kind !== 'role' || !isMeant(call)) return;
      lost += 1;
      throw connectionReset();
    },
  };
}

const takesLock = ({ operation, input }: CloudCall) =>
  operation === 'UpdateItem' && String(input['UpdateExpression']).startsWith('SET holder');

test('a run that took its lock and lost the answer is not refused by its own lock', async () => {
  const fault = losingAnswerOf(takesLock);
  const account = await anEmptyAccount({ observers: [fault] });
  const { execution } = await finish(account, await startCreate(account), 0);
  expect(fault.lost()).toBe(1);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await lockReleased(account)).toEqual([]);
});

test('a run whose recording was not answered has its entry in the audit all the same, once', async () => {
  const recordsRun = ({ operation, input }: CloudCall) =>
    /^(Put|Transact)/.test(operation) && JSON.stringify(input).includes('"run#');
  const fault = losingAnswerOf(recordsRun);
  const account = await anEmptyAccount({ observers: [fault] });
  await startCreate(account);
  expect(fault.lost()).toBe(1);
  const entries = await storedItems(account, 'audit#demo');
  const requested = entries.filter(({ action }) => action === 'run-requested');
  expect(requested).toMatchObject([{ by: expect.stringMatching(/^arn:/), detail: { operation: 'createCluster' } }]);
});

test('a redrive whose answer was lost starts no second execution, and the lock is given back', async () => {
  const failing = await anEmptyAccount({
    faults: { strike: ({ functionName }) => (/startMasters$/.test(functionName) ? 'outOfMemory' : undefined) },
  });
  const arn = await startCreate(failing);
  await failing.until(failing.engine.whenEnded(arn));

  const fault = losingAnswerOf(({ operation }) => operation === 'RedriveExecution');
  const account = await anAccount({ from: snapshotOf(failing), observers: [fault] });
  const { clusterName, runId } = JSON.parse(account.engine.describe(arn).input);
  const { status, body } = await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  expect([status, body]).toEqual([200, { runId, executionArn: arn }]);
  expect(fault.lost()).toBe(1);

  const { execution } = await finish(account, arn, 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await sameWorld(account)).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
});

// Seeds 28467962, 28468033 and 28468056 of the fuzz.
test('a connection that breaks between API Gateway and a function is an error of the server to the caller, who may ask again', async () => {
  const fault = losingAnswerOf(
    ({ operation, principal }) =>
      operation === 'Invoke' && principal.kind === 'role' && principal.sessionName === 'HttpApi',
  );
  const account = await anEmptyAccount({ observers: [fault] });
  const create = () => account.ask('PUT', '/clusters/demo', JSON.stringify(demoSpec), { requestId: 'mine' });
  expect((await create()).status).toBe(500);
  expect(fault.lost()).toBe(1);
  const again = await create();
  expect(again.status).toBe(200);
  expect(account.engine.list({}).map(({ executionArn }) => executionArn)).toEqual([again.body.executionArn]);
});
