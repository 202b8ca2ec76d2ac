import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { definitionMutants } from './definitions.ts';
import { equivalents } from './equivalents.ts';
import { machineFileMutants } from './machineFiles.ts';
import type { Mutant } from './mutant.ts';
import { policyMutants } from './policies.ts';
import { typescriptMutants } from './typescript.ts';

/** What is sampled, each kind of file with its own share: TypeScript is most of the product, but policies decide who may do what. */
const strata = [
  {
    share: 0.55,
    files: /^(functions|shared)\/.*\.ts$/,
    except: /^$/,
    find: typescriptMutants,
  },
  { share: 0.15, files: /^shared\/(machine\/(script|files)|addons)\//, except: /\.ts$/, find: machineFileMutants },
  { share: 0.15, files: /\.policy\.yml$/, except: /^$/, find: policyMutants },
  { share: 0.15, files: /^statemachines\/.*\.asl\.yml$/, except: /^$/, find: definitionMutants },
];

/** A sample that follows from the seed: files at random, then a bug at random in each, so that long files are not favoured. */
export function sampleOf(files: readonly string[], size: number, seed: string): Mutant[] {
  const next = chance(seed);
  return strata.flatMap(({ share, files: pattern, except }) => {
    const candidates = files.filter((file) => pattern.test(file) && !except.test(file));
    const chosen: Mutant[] = [];
    for (let tries = 0; chosen.length < Math.round(size * share) && tries < size * 50; tries += 1) {
      const found = mutantsOf(candidates[Math.floor(next() * candidates.length)] ?? '');
      const mutant = found[Math.floor(next() * found.length)];
      const isNew = mutant && !chosen.some(({ file, line }) => file === mutant.file && line === mutant.line);
      if (isNew) chosen.push(mutant);
    }
    return chosen;
  });
}

/** Every bug that can be planted in a file, or in one line of it: `shared/aws/roles.ts:141`. */
export function mutantsAt(place: string): Mutant[] {
  const [file = '', line] = place.split(':');
  return mutantsOf(file).filter((mutant) => line === undefined || mutant.line === Number(line));
}

function mutantsOf(file: string): Mutant[] {
  const stratum = strata.find(({ files, except }) => files.test(file) && !except.test(file));
  if (!stratum) throw new Error(`No bug can be planted in ${file}: it is no part of the product`);
  return stratum.find(file, readFileSync(file, 'utf8')).filter((mutant) => !isEquivalent(mutant));
}

const isEquivalent = ({ file, before }: Mutant): boolean =>
  equivalents.some((known) => known.file.test(file) && known.before.test(before));

/** Numbers from 0 to 1 that follow from the seed. */
function chance(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}
