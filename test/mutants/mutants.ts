import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { refusedByCompiler } from './compiler.ts';
import { copyOfProject, removeCopy, withPlanted } from './copy.ts';
import type { Mutant } from './mutant.ts';
import { mutantsAt, sampleOf } from './sample.ts';
import { suitesFor } from './suites.ts';
import { firstFailure } from './tests.ts';

const usage = `npm run mutants -- [--sample 60] [--seed TEXT]
npm run mutants -- --at FILE[:LINE] [--at …]
Plants small bugs in the product, one at a time, in a copy of this folder, and asks the compiler and the tests whether they notice:
a sample that follows from the seed (this commit unless one is given), or every bug of the named files and lines.
Exits 1 when more survive than of bugs of which tests miss a tenth, or when tests fail that no bug was planted for.`;

/** Of all bugs, the share that may survive. */
const survivingShare = 0.1;

/**
 * Of sixty bugs at most six may survive. Chance decides much in a smaller sample, so it fails only where tests that let a tenth of all
 * bugs survive would fail it less than once in a hundred times: of six, three may survive, of twelve, four.
 */
function allowedSurvivors(planted: number): number {
  if (planted >= 60) return Math.floor(planted * survivingShare);
  let [exactly, atMost, survivors] = [(1 - survivingShare) ** planted, 0, 0];
  for (atMost = exactly; atMost < 0.99; survivors += 1) {
    exactly *= ((planted - survivors) / (survivors + 1)) * (survivingShare / (1 - survivingShare));
    atMost += exactly;
  }
  return survivors;
}

/** Who noticed a bug: the compiler, or a test by its file and sentence. Nobody, if it survived. */
type Verdict = { readonly mutant: Mutant; readonly noticedBy: string | undefined };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      sample: { type: 'string', default: '60' },
      seed: { type: 'string' },
      at: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const seed = values.seed ?? execFileSync('git', ['rev-parse', 'HEAD']).toString().trim();
  const files = execFileSync('git', ['ls-files', '-z']).toString().split('\0').filter(Boolean);
  const mutants = values.at?.flatMap(mutantsAt) ?? sampleOf(files, Number(values.sample), seed);
  console.log(`${mutants.length} bugs, ${values.at?.join(' ') ?? `seed ${seed}`}`);

  const verdicts = await judge(mutants, files);
  const survivors = verdicts.filter(({ noticedBy }) => noticedBy === undefined);
  for (const { mutant } of survivors) console.log(`\nSURVIVED ${textOf(mutant)}`);
  const noticed = mutants.length - survivors.length;
  const byCompiler = verdicts.filter(({ noticedBy }) => noticedBy === compiler).length;
  const share = Math.round((100 * noticed) / mutants.length);
  console.log(
    `\n${noticed} of ${mutants.length} bugs were noticed (${share} %), ${byCompiler} of them by the compiler alone`,
  );
  const allowed = values.at ? 0 : allowedSurvivors(mutants.length);
  return survivors.length > allowed || failing.size > 0 ? 1 : 0;
}

const compiler = 'the compiler';

const textOf = ({ file, line, kind, before, after }: Mutant): string =>
  `${file}:${line} ${kind}\n  - ${before}\n${after === '' ? '' : `  + ${after}\n`}`;

/** Asks about every bug, each processor with a copy of its own. */
async function judge(mutants: readonly Mutant[], files: readonly string[]): Promise<Verdict[]> {
  const copies = Array.from({ length: availableParallelism() }, () => copyOfProject(files));
  try {
    const refused = await refusedByCompiler(mutants, copies[0] ?? '');
    const verdicts = mutants
      .filter((mutant) => refused.has(mutant))
      .map((mutant) => ({ mutant, noticedBy: compiler }) as Verdict);
    const waiting = mutants.filter((mutant) => !refused.has(mutant));
    for (const { mutant, noticedBy } of verdicts) printVerdict({ mutant, noticedBy });
    const work = async (copy: string): Promise<void> => {
      for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
        const verdict = { mutant, noticedBy: await killerOf(mutant, copy) };
        printVerdict(verdict);
        verdicts.push(verdict);
      }
    };
    await Promise.all(copies.map(work));
    return verdicts;
  } finally {
    copies.forEach(removeCopy);
  }
}

function printVerdict({ mutant, noticedBy }: Verdict): void {
  const place = `${mutant.file}:${mutant.line} ${mutant.kind}: ${mutant.before.slice(0, 100)}`;
  console.log(noticedBy === undefined ? `SURVIVED ${place}` : `noticed  ${place}\n         by ${noticedBy}`);
}

/** The test that notices the bug, if any does. */
async function killerOf(mutant: Mutant, copy: string): Promise<string | undefined> {
  const failure = await withPlanted(copy, [mutant], () => firstFailure(copy, suitesFor(mutant.file), [...failing]));
  if (!failure) return undefined;
  if (await isPassing(copy, failure.file)) return `${failure.file}: ${failure.test}`;
  console.log(`${failure.file} fails without any planted bug, so it notices none`);
  failing.add(failure.file);
  return killerOf(mutant, copy);
}

const passing = new Set<string>();
const failing = new Set<string>();

async function isPassing(copy: string, suite: string): Promise<boolean> {
  if (!passing.has(suite) && (await firstFailure(copy, [suite], [])) === undefined) passing.add(suite);
  return passing.has(suite);
}

process.exitCode = await main();
