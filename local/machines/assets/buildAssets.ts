import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Asset } from '../../../shared/releases/sources.ts';
import { createRealClock } from '../../clock/realClock.ts';
import { requireBuildTools } from './buildNeeds.ts';
import { addToCatalogue, assetFolder, readBuilt, sourceOf, writeBuilt } from './catalogue.ts';
import { type BuiltProgram, buildPrograms } from './goPrograms.ts';
import { type AssetRecipe, type GoRecipe, recipesFor } from './recipes.ts';
import { type TarEntry, tarArchive } from './tarArchive.ts';
import { digestOfFile, streamWhole } from './wholeFiles.ts';

/** What to build, where to, and who wants to know. */
export interface AssetBuild {
  readonly folder: string;
  readonly kubernetes: readonly string[];
  readonly progress: (line: string) => void;
}

/** Archives are made once and unpacked on this machine: speed counts, not size. */
const compression = { level: 1 } as const;

/**
 * Builds from source what machines of these Kubernetes versions fetch, as far as it is not there yet, in the publishers'
 * own layout. One build at a time works in a folder; one that was cut off is simply started again.
 */
export async function buildAssets({ folder, kubernetes, progress }: AssetBuild): Promise<readonly Asset[]> {
  const clock = createRealClock();
  const assets: Asset[] = [];
  for (const recipe of recipesFor(kubernetes)) {
    const startedAt = clock.now();
    const { asset, isNew } = await ensureAsset(resolve(folder), recipe);
    await addToCatalogue(folder, [asset]);
    const took = isNew ? `${Math.round((clock.now() - startedAt) / 1000)} s` : 'there already';
    progress(`${asset.name} ${asset.version} … ${took}`);
    assets.push(asset);
  }
  return assets;
}

async function ensureAsset(folder: string, recipe: AssetRecipe): Promise<{ asset: Asset; isNew: boolean }> {
  const place = assetFolder(folder, recipe);
  const digest = digestOfRecipe(recipe);
  const built = await readBuilt(place);
  if (built?.recipe === digest) return { asset: built.asset, isNew: false };

  requireBuildTools();
  const workplace = join(folder, '.building', `${recipe.name}-${recipe.version}`);
  await rm(workplace, { recursive: true, force: true });
  const packed = await pack(recipe, await buildPrograms(recipe, workplace), workplace);
  await mkdir(place, { recursive: true });
  const path = join(place, recipe.file);
  await rename(packed, path);

  const { name, version, form } = recipe;
  const sha256 = await digestOfFile(path);
  const asset: Asset = { name, version, architecture: 'amd64', sha256, source: sourceOf(recipe), form };
  await writeBuilt(place, { asset, file: recipe.file, recipe: digest });
  await rm(workplace, { recursive: true, force: true });
  return { asset, isNew: true };
}

/** Makes of programs the one file that is fetched; returns where it lies. */
async function pack(recipe: AssetRecipe, programs: readonly BuiltProgram[], workplace: string): Promise<string> {
  if (recipe.form === 'tar.gz') {
    const path = join(workplace, recipe.file);
    await streamWhole(path, tarArchive(entriesOf(recipe, programs)), createGzip(compression));
    return path;
  }
  const [program] = programs;
  if (program === undefined) throw new RangeError(`No program was built for ${recipe.name}`);
  return program.path;
}

/** What an archive holds: the programs, below the folder that the publisher's archive has. */
export function entriesOf(
  { archiveFolder }: Pick<AssetRecipe, 'archiveFolder'>,
  programs: readonly BuiltProgram[],
): readonly TarEntry[] {
  const files = programs.map(
    ({ name, path }): TarEntry => ({ path: join(archiveFolder ?? '', name), kind: 'file', mode: 0o755, from: path }),
  );
  return archiveFolder === undefined ? files : [{ path: archiveFolder, kind: 'folder' }, ...files];
}

/** Two recipes of one digest make the same. */
export const digestOfRecipe = (recipe: GoRecipe): string =>
  createHash('sha256').update(JSON.stringify(recipe)).digest('hex');
