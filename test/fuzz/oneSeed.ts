import { plaintextLog } from '../support/checks/noSecretLeaves.ts';
import { snapshotOf } from '../support/embeddedWorld.ts';
import { emptySnapshot } from '../support/standingCluster.ts';
import type { Defect } from './defects.ts';
import { type Struck, sumOf } from './faultCounts.ts';
import { scheduleOf } from './schedule.ts';
import { troubled } from './troubledRun.ts';
import { isRecorded, leftOver, problemsOfChange, problemsOfCreation, problemsOfDeletion } from './verdicts.ts';

/** What a seed showed: nothing in `problems` is as it should be. */
export interface SeedResult {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly resumes: number;
  readonly struck: Struck;
}

/** Creates, changes and deletes a cluster under the faults of this seed and says what was not as it should be. */
export async function runSeed(seed: number, defect?: Defect): Promise<SeedResult> {
  const before = { ...(await emptySnapshot()), chance: seed };
  const plaintexts = plaintextLog();
  const common = { observers: [plaintexts.observer], ...(defect && { defect }) };

  const created = await troubled({ ...common, from: before, schedule: scheduleOf('create', seed) });
  const { account, resumes, struck } = created;
  const hasCluster = !created.isAbandoned || (await isRecorded(account));
  const creationProblems = [
    ...(await problemsOfCreation(created, plaintexts)),
    // What failed before there was a cluster has nothing to delete.
    ...(hasCluster ? [] : leftOver(account, before)),
  ];
  if (creationProblems.length > 0 || !hasCluster) {
    return { seed, problems: creationProblems.map((one) => `create: ${one}`), resumes, struck };
  }

  const changed = created.isAbandoned
    ? undefined
    : await troubled({ ...common, from: snapshotOf(account), schedule: scheduleOf('reconfigure', seed) });
  const changeProblems = changed === undefined ? [] : await problemsOfChange(changed, plaintexts);
  const soFar = sumOf(struck, changed?.struck ?? {});
  if (changeProblems.length > 0)
    return { seed, problems: changeProblems.map((one) => `reconfigure: ${one}`), resumes, struck: soFar };

  const from = snapshotOf(changed?.account ?? account);
  const deleted = await troubled({ ...common, from, schedule: scheduleOf('delete', seed) });
  const deletionProblems = await problemsOfDeletion(deleted, { before, isOfWhole: !created.isAbandoned });
  return {
    seed,
    problems: deletionProblems.map((one) => `delete: ${one}`),
    resumes: resumes + (changed?.resumes ?? 0) + deleted.resumes,
    struck: sumOf(soFar, deleted.struck),
  };
}
