import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { definitionMutants } from './definitions.ts';
import { equivalents } from './equivalents.ts';
import { machineFileMutants } from './machineFiles.ts';
import type { Mutant } from './mutant.ts';
import { policyMutants } from './policies.ts';
import { suitesFor } from './suites.ts';
import { typescriptMutants } from './typescript.ts';

const usage = `npm run mutants -- [--sample 60] [--seed TEXT]
Plants a sample of small bugs in the product, one at a time, in a copy of this folder, and asks the tests whether they notice.
The seed is this commit unless one is given. Exits 1 when fewer than 90 % of the bugs are noticed.`;

/** Of how many planted bugs the tests must notice. */
const requiredShare = 0.9;

/** What is sampled, each kind of file with its own share: TypeScript is most of the product, but policies decide who may do what. */
const strata = [
  {
    share: 0.55,
    files: /^(functions|shared)\/.*\.ts$/,
    except: /^shared\/node\/(script|files)\//,
    find: typescriptMutants,
  },
  { share: 0.15, files: /^shared\/node\/(script|files)\//, except: /^$/, find: machineFileMutants },
  { share: 0.15, files: /\.policy\.yml$/, except: /^$/, find: policyMutants },
  { share: 0.15, files: /^statemachines\/.*\.asl\.yml$/, except: /^$/, find: definitionMutants },
];

/** Numbers from 0 to 1 that follow from the seed. */
function chance(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

/** A sample that follows from the seed: files at random, then a bug at random in each, so that long files are not favoured. */
function sampleOf(files: readonly string[], size: number, next: () => number): Mutant[] {
  return strata.flatMap(({ share, files: pattern, except, find }) => {
    const candidates = files.filter((file) => pattern.test(file) && !except.test(file));
    const chosen: Mutant[] = [];
    for (let tries = 0; chosen.length < Math.round(size * share) && tries < size * 50; tries += 1) {
      const file = candidates[Math.floor(next() * candidates.length)] ?? '';
      const found = find(file, readFileSync(file, 'utf8')).filter((mutant) => !isEquivalent(mutant));
      const mutant = found[Math.floor(next() * found.length)];
      const isNew = mutant && !chosen.some(({ file: other, line }) => other === mutant.file && line === mutant.line);
      if (isNew) chosen.push(mutant);
    }
    return chosen;
  });
}

const isEquivalent = ({ file, before }: Mutant): boolean =>
  equivalents.some((known) => known.file.test(file) && known.before.test(before));

/** A copy of the tracked files, with the same packages. */
function copyOfProject(files: readonly string[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'kubestep-mutants-'));
  for (const file of files) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The set of tests that notices the bug; undefined when none does. */
function killerOf(mutant: Mutant, copy: string): string | undefined {
  const place = join(copy, mutant.file);
  const original = readFileSync(place);
  const killer = suitesFor(mutant.file)
    .map((suites) => suites.join(' '))
    .find((suites) => {
      writeFileSync(place, mutant.text);
      try {
        return !testsPass(copy, suites.split(' '));
      } finally {
        writeFileSync(place, original);
      }
    });
  if (killer !== undefined) requirePassing(copy, killer);
  return killer;
}

const passing = new Set<string>();

/** Tests that fail without any bug notice none. */
function requirePassing(copy: string, suites: string): void {
  if (passing.has(suites)) return;
  if (!testsPass(copy, suites.split(' '))) throw new Error(`These tests fail without any planted bug: ${suites}`);
  passing.add(suites);
}

function testsPass(copy: string, suites: readonly string[]): boolean {
  const options = ['--bail', '--maxWorkers=2', '--testTimeout=120000', '--silent'];
  const { status } = spawnSync(resolve('node_modules/.bin/jest'), [...options, ...suites], {
    cwd: copy,
    stdio: 'ignore',
  });
  return status === 0;
}

function main(): number {
  const { values } = parseArgs({
    options: { sample: { type: 'string' }, seed: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const seed = values.seed ?? execFileSync('git', ['rev-parse', 'HEAD']).toString().trim();
  const files = execFileSync('git', ['ls-files', '-z']).toString().split('\0').filter(Boolean);
  const sample = sampleOf(files, Number(values.sample ?? 60), chance(seed));
  const copy = copyOfProject(files);
  try {
    const survivors = sample.filter((mutant) => survives(mutant, copy));
    const share = 1 - survivors.length / sample.length;
    console.log(
      `seed ${seed}: ${sample.length - survivors.length} of ${sample.length} bugs were noticed (${Math.round(share * 100)} %)`,
    );
    return share >= requiredShare ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function survives(mutant: Mutant, copy: string): boolean {
  const killer = killerOf(mutant, copy);
  const verdict = killer === undefined ? 'SURVIVED' : 'noticed ';
  console.log(`${verdict} ${mutant.file}:${mutant.line} ${mutant.kind}: ${mutant.before.slice(0, 110)}`);
  return killer === undefined;
}

process.exitCode = main();
