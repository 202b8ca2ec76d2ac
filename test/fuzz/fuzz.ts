/**
 * `npm run fuzz -- --seeds N [--from S]`: creates and deletes clusters under seeded schedules of mixed faults, and looks with
 * every checker whether they end as they should. Prints the command that repeats a seed that does not, and ends with 1.
 *   --commit HASH   begins with a seed that follows from a commit, instead of S: each commit tries others, and prints which
 *   --defect NAME   plants a defect of defects.ts, to see that it is found
 */
import { parseArgs } from 'node:util';
import { defects } from './defects.ts';
import { sumOf, textOf } from './faultCounts.ts';
import { runSeed, type SeedResult } from './oneSeed.ts';

/** Problems repeat themselves for each zone or machine; the first few show what it is. */
const maxShown = 8;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    commit: { type: 'string' },
    defect: { type: 'string' },
  },
});
const defect = values.defect === undefined ? undefined : defects[values.defect];
if (values.defect !== undefined && !defect)
  throw new Error(`there is no defect ${values.defect}, only ${Object.keys(defects).join(', ')}`);

const first = values.commit === undefined ? Number(values.from) : seedOf(values.commit);
const results: SeedResult[] = [];
for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
  const result = await runSeed(seed, defect);
  results.push(result);
  if (result.problems.length > 0) printProblems(result);
}
printSum(results);
process.exitCode = results.some(({ problems }) => problems.length > 0) ? 1 : 0;

/** Far from the seeds that people choose, and the same for everyone who has the commit. */
function seedOf(commit: string): number {
  if (!/^[0-9a-f]{7,}$/.test(commit))
    throw new Error(`--commit ${commit}: a commit is named by 7 hexadecimal digits or more`);
  const seed = 1_000_000 + Number.parseInt(commit.slice(0, 7), 16);
  console.log(`seeds from ${seed}, as commit ${commit} says`);
  return seed;
}

function printProblems({ seed, problems, struck }: SeedResult): void {
  console.error(`seed ${seed}: ${textOf(struck)}`);
  for (const problem of problems.slice(0, maxShown)) console.error(`  ${problem.slice(0, 400)}`);
  if (problems.length > maxShown) console.error(`  … and ${problems.length - maxShown} more`);
  const planted = values.defect === undefined ? '' : ` --defect ${values.defect}`;
  console.error(`  again: npm run fuzz -- --seeds 1 --from ${seed}${planted}`);
}

function printSum(all: readonly SeedResult[]): void {
  const bad = all.filter(({ problems }) => problems.length > 0).length;
  const resumes = all.reduce((total, one) => total + one.resumes, 0);
  const processor = process.cpuUsage();
  const each = (processor.user + processor.system) / 1e6 / all.length;
  console.log(
    `${all.length} seeds, ${bad} with problems; ${resumes} resumes; ${each.toFixed(1)} s of processor a seed`,
  );
  console.log(textOf(sumOf(...all.map(({ struck }) => struck))));
}
