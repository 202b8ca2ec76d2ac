import { createHash } from 'node:crypto';
import { objectsIn } from '../support/backups.ts';
import { crashesAt, stride } from '../support/crashes.ts';
import { calmRun } from '../support/crashSweep.ts';
import { anAccount, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, finish, startBackup } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

/** What is wrong with the account's one backup: an empty list where it is whole. */
async function problemsOf(account: TestAccount): Promise<string[]> {
  const { backups } = (await account.ask('GET', '/clusters/demo/backups')).body;
  if (backups.length !== 1) return [`${backups.length} backups`];
  const { pk: _pk, sk: _sk, ...row } = backups[0];
  const objects = await objectsIn(account, `backups/${await clusterIdOf(account)}/`);
  const snapshot = objects.get(row.snapshotKey);
  const { format, trust, ...manifest } = JSON.parse(objects.get(row.manifestKey)?.toString() ?? '{}');
  return [
    ...(snapshot?.length === row.sizeBytes ? [] : [`the snapshot has ${snapshot?.length} bytes`]),
    ...(snapshot && createHash('sha256').update(snapshot).digest('hex') === row.sha256 ? [] : ['another sha256']),
    ...(format === 1 && trust.length === 5 ? [] : ['no whole manifest']),
    ...(JSON.stringify(Object.entries(manifest).sort()) === JSON.stringify(Object.entries(row).sort())
      ? []
      : [`row and manifest differ: ${JSON.stringify(row)} ${JSON.stringify(manifest)}`]),
  ];
}

test('a backup in which functions die around every call to AWS ends in one whole backup', async () => {
  const calm = await calmRun(snapshotOf(await anAccountWithCluster()), (account) => startBackup(account));
  const problems: string[] = [];
  let tried = 0;
  for (let first = 0; first < stride; first += 1) {
    for (const side of ['before', 'after'] as const) {
      const crashes = crashesAt(calm.census, first, side);
      const account = await anAccount({ from: calm.from, faults: crashes });
      const { execution, failures } = await finish(account, await startBackup(account));
      const found = execution.status === 'SUCCEEDED' ? await problemsOf(account) : failures.slice(-1);
      problems.push(...found.map((problem) => `${side} ${first}, ${first + stride}, …: ${problem}`));
      tried += crashes.tried();
    }
  }
  console.log(`backupEtcd: ${tried} crash points tried`);
  expect(problems).toEqual([]);
  expect(tried).toBeGreaterThan(30);
}, 600_000);
