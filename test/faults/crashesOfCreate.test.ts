import { calmRun, crashSweep } from '../support/crashSweep.ts';
import { anAccount, snapshotOf } from '../support/embeddedWorld.ts';
import { startCreate } from '../support/runs.ts';

test('a creation in which functions die around every call to AWS ends in the same world', async () => {
  const calm = await calmRun(snapshotOf(await anAccount()), (account) => startCreate(account));
  const { tried, resumes, problems } = await crashSweep(calm, (account) => startCreate(account));
  console.log(`createCluster: ${tried} crash points tried, ${resumes} resumes`);
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(1000);
}, 600_000);
