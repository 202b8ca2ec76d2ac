import type { CallObserver } from '../../local/cloud/cloud.ts';
import { awsDelays } from '../../local/cloud/delays.ts';
import { AwsError } from '../../local/cloud/errors.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { clusterStands } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingLeaked } from '../support/checks/nothingLeaked.ts';
import { sameWorld } from '../support/checks/sameWorld.ts';
import { snapshotOf } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount, emptySnapshot } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

/** How services word that there were too many requests; `ThrottlingException` is every other one's word. */
const throttled: Readonly<Record<string, string>> = {
  ec2: 'RequestLimitExceeded',
  s3: 'SlowDown',
  iam: 'Throttling',
  autoscaling: 'Throttling',
  elasticloadbalancing: 'Throttling',
};

/** Throttles so many of a hundred calls of functions and machines, by a chance of its own. */
function throttling(percent: number, seed: number): CallObserver & { readonly refused: () => number } {
  const chance = seededRandom(seed);
  let refused = 0;
  return {
    refused: () => refused,
    before({ principal, service }) {
      if (principal.kind !== 'role' || service === 'lambda' || chance.next() * 100 >= percent) return;
      refused += 1;
      throw new AwsError(throttled[service] ?? 'ThrottlingException', 'Rate exceeded');
    },
  };
}

test.each([1, 2])(
  'a creation of which every fifth call is throttled ends in the same world (seed %i)',
  async (seed) => {
    const fault = throttling(20, seed);
    const account = await anEmptyAccount({ observers: [fault] });
    const { execution } = await finish(account, await startCreate(account));
    expect(execution.status).toBe('SUCCEEDED');
    expect(fault.refused()).toBeGreaterThan(100);
    expect(nothingDoubled(account)).toEqual([]);
    expect(await sameWorld(account)).toEqual([]);
    expect(await lockReleased(account)).toEqual([]);
  },
);

test('a deletion of which every fifth call is throttled leaves nothing', async () => {
  const account = await anAccountWithCluster({ observers: [throttling(20, 3)] });
  const { execution } = await finish(account, await startDelete(account));
  expect(execution.status).toBe('SUCCEEDED');
  await account.clock.advance({ hours: 3 });
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account))).toEqual([]);
});

test('an account in which everything shows late and takes as long as it rarely does gets its cluster without a resume, and nothing twice', async () => {
  const account = await anEmptyAccount({ delays: { of: (name) => awsDelays[name].p95 } });
  const { execution, failures } = await finish(account, await startCreate(account));
  expect(failures).toEqual([]);
  expect(execution.status).toBe('SUCCEEDED');
  expect(nothingDoubled(account)).toEqual([]);
  expect(await clusterStands(account, await clusterIdOf(account))).toEqual([]);
});
