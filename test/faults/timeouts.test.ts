import { functions } from '../../local/cloud/lambda/functions.ts';
import type { FunctionCall, FunctionFaults } from '../../local/deployment/functionRuntime.ts';
import { takeoverAfterSeconds } from '../../shared/operations/claimLock.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { sameWorld } from '../support/checks/sameWorld.ts';
import { snapshotOf } from '../support/embeddedWorld.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

// The Node API logs whom it refuses: machines whose slot's row hangs have to wait that way.
let quiet: jest.SpyInstance;
beforeAll(() => {
  quiet = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterAll(() => quiet.mockRestore());

/** Lets every function hang once after its first call that changes something, until Lambda ends it. */
function hangingOnce(): FunctionFaults & { readonly hung: ReadonlySet<string> } {
  const hung = new Set<string>();
  return {
    hung,
    strike({ functionName, side, operation }: FunctionCall) {
      const changes = /^(Create|Run|Put|Update|Delete|Terminate|Allocate|Send|Register|Attach|Modify|Authorize)/.test(
        operation,
      );
      if (side !== 'after' || !changes || hung.has(functionName)) return undefined;
      hung.add(functionName);
      return 'hang';
    },
  };
}

test('a creation in which every function runs into its timeout once, its change made, ends in the same world', async () => {
  const faults = hangingOnce();
  const account = await anEmptyAccount({ faults });
  const { execution } = await finish(account, await startCreate(account));
  expect(execution.status).toBe('SUCCEEDED');
  expect(faults.hung.size).toBeGreaterThan(20);
  expect(nothingDoubled(account)).toEqual([]);
  expect(await sameWorld(account)).toEqual([]);
  expect(await lockReleased(account)).toEqual([]);
});

test('a deletion in which every function runs into its timeout once leaves nothing', async () => {
  const faults = hangingOnce();
  const account = await anAccountWithCluster({ faults });
  const { execution } = await finish(account, await startDelete(account));
  expect(execution.status).toBe('SUCCEEDED');
  expect(faults.hung.size).toBeGreaterThan(15);
  await account.clock.advance({ hours: 3 });
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});

test('no deployed function can still be at work when its lock may be taken over', async () => {
  const account = await anEmptyAccount();
  const longest = Math.max(...[...functions(account.world).rows()].map(({ timeoutSeconds }) => timeoutSeconds));
  expect(longest).toBeLessThan(takeoverAfterSeconds);
});

test('a function that is at work while its run is stopped ends its call, and the run resumed adopts what it made', async () => {
  const account = await anEmptyAccount();
  const arn = await startCreate(account);
  for (let stops = 0; stops < 12; stops += 1) {
    await account.clock.advance({ seconds: 1, milliseconds: 300 });
    const { clusterName, runId } = JSON.parse(account.engine.describe(arn).input);
    await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/stop`);
    await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  }
  const { execution } = await finish(account, arn);
  expect(execution.redriveCount).toBeGreaterThan(5);
  expect(execution.status).toBe('SUCCEEDED');
  expect(nothingDoubled(account)).toEqual([]);
  expect(await sameWorld(account)).toEqual([]);
});
