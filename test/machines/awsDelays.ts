/**
 * `npm run test:machines:delays`: a cluster of real machines is created while AWS takes its own time: ways out and balancers
 * appear late, one master starts 90 s late, the Node API answers slowly. It must end ready, and no later than AWS's waits, the
 * late master and the machines' own work explain. Ends with 1 where it does not.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { openServedMachines } from '../../cli/localMachines.ts';
import { expectedMilliseconds } from '../../cli/progress/reported.ts';
import { describeRun, listRuns } from '../../cli/runs.ts';
import { durationText } from '../../cli/words.ts';
import { lateStartMilliseconds } from '../../local/world/machinesPace.ts';
import { reasonToSkip } from './support/needs.ts';

const world = join('.kubestep', 'delayed-machines', 'world');
const name = 'local';

/** What booting and starting three masters takes on two busy cores, where the model counts an instance's usual boot only. */
const ownWorkMilliseconds = 60_000;

const kubestep = (...words: readonly string[]) =>
  spawnSync(process.execPath, ['cli/kubestep.mjs', ...words, '--world', world], { stdio: 'inherit' }).status ?? 1;

const reason = reasonToSkip();
if (reason === undefined) process.exitCode = await createSlowly();
else console.log(`skipped: ${reason}`);

async function createSlowly(): Promise<number> {
  try {
    if (kubestep('machines', 'up', '--aws-delays') !== 0) return 1;
    const isInTime = await judge();
    return kubestep('delete', name) === 0 && isInTime ? 0 : 1;
  } finally {
    kubestep('machines', 'clean');
  }
}

/** Prints what the creation took beside what the model says, and returns whether it is no slower. */
async function judge(): Promise<boolean> {
  const target = await openServedMachines(world);
  if (!target) throw new Error(`Nobody serves the world in ${world}.`);
  const [run] = await listRuns(target, name);
  const expected = await expectedMilliseconds(target, name);
  if (!run || expected === undefined) throw new Error(`Nothing is known of the creation of ${name}.`);
  const { startedAt, endedAt = startedAt } = await describeRun(target, { cluster: name, runId: run.runId });
  const took = Date.parse(endedAt) - Date.parse(startedAt);
  const allowed = expected + lateStartMilliseconds + ownWorkMilliseconds;
  console.log(
    `\nThe creation took ${durationText(took)}. The model says ${durationText(expected)}; with a master that is ` +
      `${durationText(lateStartMilliseconds)} late and the machines' own work, ${durationText(allowed)} are allowed.`,
  );
  return took <= allowed;
}
