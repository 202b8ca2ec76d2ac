import { calmRun, crashSweep } from '../support/crashSweep.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { startCreate, startDelete } from '../support/runs.ts';

test('a deletion in which functions die around every call to AWS ends in the same world', async () => {
  const created = await calmRun(snapshotOf(await anAccount()), (account) => startCreate(account));
  const calm = await calmRun(created.after, (account) => startDelete(account));
  const { tried, resumes, problems } = await crashSweep(calm, (account) => startDelete(account));
  console.log(`deleteCluster: ${tried} crash points tried, ${resumes} resumes`);
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(300);
}, 600_000);
