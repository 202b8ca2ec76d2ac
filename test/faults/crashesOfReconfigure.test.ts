import { powerCuts } from '../../local/machines/simulated/machineRows.ts';
import { points } from '../../local/machines/simulated/switching.ts';
import { unhealthyApiServers, watchedTables } from '../support/apiServers.ts';
import { calmRun, crashSweep } from '../support/crashSweep.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate, startReconfigure } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { difference, stateOf } from '../support/worldState.ts';
import { changed } from '../unit/spec/aSpec.ts';

/** One flag of each of two components, and a size: every kind of change that there is but add-ons. */
const after = changed(demoSpec, {
  'spec.components': {
    'kube-apiserver': { extraArguments: { 'max-requests-inflight': '800' } },
    'kube-scheduler': { extraArguments: { v: '3' } },
  },
  'spec.nodeGroups.0.max': 9,
});

test('a change in which functions die around every call to AWS ends in the same world', async () => {
  const created = await calmRun(snapshotOf(await anAccount()), (account) => startCreate(account));
  const start = (account: Parameters<typeof startCreate>[0]) => startReconfigure(account, after);
  const calm = await calmRun(created.after, start);
  const { tried, resumes, problems } = await crashSweep(calm, start);
  console.log(`reconfigureCluster: ${tried} crash points tried, ${resumes} resumes`);
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(200);
}, 600_000);

const allPoints = Object.entries(points).flatMap(([verb, names]) => names.map((name) => `${verb} ${name}`));

test.each(allPoints)(
  'machines that lose their power at "%s", twice in a row, run old or new, and the run ends as a calm one',
  async (point) => {
    const calm = await anAccountWithCluster();
    await finish(calm, await startReconfigure(calm, after), 0);
    await calm.clock.advance({ hours: 3 });

    const watched = watchedTables();
    const account = await anAccountWithCluster({ tables: watched.tables });
    powerCuts(account.world).put(point, { times: 2 });
    watched.watch(account.world);
    const { execution, failures } = await finish(account, await startReconfigure(account, after));
    expect([execution.status, failures.slice(-1)]).toEqual(['SUCCEEDED', failures.slice(-1)]);
    expect(powerCuts(account.world).get(point)).toEqual({ times: 0 });
    await account.clock.advance({ hours: 3 });
    expect(difference(stateOf(calm.world.tables), stateOf(account.world.tables))).toEqual({ missing: [], extra: [] });
    // The machine without power is one, and nothing is stopped beside it; bundles are staged side by side.
    const atOnce = point.startsWith('stage') ? 2 : 1;
    expect([watched.seen.most <= atOnce, unhealthyApiServers(account.world)]).toEqual([true, 0]);
  },
  120_000,
);
