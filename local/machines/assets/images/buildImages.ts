import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createRealClock } from '../../../clock/realClock.ts';
import { requireBuildTools } from '../buildNeeds.ts';
import { type BuiltProgram, buildPrograms } from '../goPrograms.ts';
import type { TarEntry } from '../tarArchive.ts';
import { folderOfHost, programsOfHost } from './hostPrograms.ts';
import { type ImageRecipe, imageRecipes } from './imageRecipes.ts';
import { type ImageConfiguration, placeOfImage, recipeOfTag, writeImage } from './ociLayout.ts';
import { buildOwn } from './ownPrograms.ts';

/** Where images are built to and their sources are, and who wants to know. */
export interface ImageBuild {
  readonly folder: string;
  readonly projectRoot: string;
  readonly progress: (line: string) => void;
}

/** Builds the images that clusters on this machine pull, as far as they are not there yet: `<folder>/images/HOST/REPOSITORY`. */
export async function buildImages({ folder, projectRoot, progress }: ImageBuild): Promise<void> {
  const clock = createRealClock();
  const sources = join(projectRoot, 'local', 'machines', 'assets', 'images');
  for (const recipe of imageRecipes) {
    const startedAt = clock.now();
    const isNew = await ensureImage(resolve(folder), sources, recipe);
    progress(`${recipe.image} … ${isNew ? `${Math.round((clock.now() - startedAt) / 1000)} s` : 'there already'}`);
  }
}

async function ensureImage(folder: string, sources: string, recipe: ImageRecipe): Promise<boolean> {
  const { repository, tag } = placeOfImage(recipe.image);
  const layout = join(folder, 'images', repository);
  const digest = await digestOf(recipe, sources);
  if ((await recipeOfTag(layout, tag)) === digest) return false;

  requireBuildTools();
  const workplace = join(folder, '.building', `${repository.replaceAll('/', '-')}-${tag}`);
  const programs = await buildAll(recipe, sources, workplace);
  const entries = withFolders([...placed(recipe, programs), ...(await copied(recipe))]);
  await writeImage(layout, { tag, recipe: digest, entries, configuration: configurationOf(recipe) });
  await rm(workplace, { recursive: true, force: true });
  return true;
}

async function buildAll({ modules, source }: ImageRecipe, sources: string, workplace: string): Promise<BuiltProgram[]> {
  const fromModules = modules ? await buildPrograms(modules, workplace) : [];
  const own = source ? [await buildOwn(source, sources, workplace)] : [];
  return [...fromModules, ...own];
}

/** Built programs where the image has them, with its links and files. */
export function placed({ places, links, files }: ImageRecipe, programs: readonly BuiltProgram[]): readonly TarEntry[] {
  return [
    ...programs.map(
      ({ name, path }): TarEntry => ({ path: placeOf(name, places), kind: 'file', mode: 0o755, from: path }),
    ),
    ...Object.entries(links ?? {}).map(([path, target]): TarEntry => ({ path, kind: 'link', target })),
    ...Object.entries(files ?? {}).map(
      ([path, text]): TarEntry => ({ path, kind: 'file', content: Buffer.from(text) }),
    ),
  ];
}

function placeOf(program: string, places: ImageRecipe['places']): string {
  const place = places[program];
  if (place === undefined) throw new RangeError(`The image has no place for ${program}`);
  return place;
}

async function copied({ fromHost, foldersFromHost }: ImageRecipe): Promise<readonly TarEntry[]> {
  const folders = await Promise.all((foldersFromHost ?? []).map(folderOfHost));
  return [...(await programsOfHost(fromHost ?? [])), ...folders.flat()];
}

/** Every entry once, and the folders above each. */
export function withFolders(entries: readonly TarEntry[]): readonly TarEntry[] {
  const folders = entries.flatMap(({ path }) => foldersAbove(path));
  const all = [
    { path: 'tmp', kind: 'folder', mode: 0o1777 } as const,
    ...folders.map((path) => ({ path, kind: 'folder' }) as const),
    ...entries,
  ];
  return [...new Map<string, TarEntry>(all.map((entry) => [entry.path, entry])).values()];
}

function foldersAbove(path: string): string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [...foldersAbove(parent), parent];
}

export const configurationOf = ({ entrypoint, user }: ImageRecipe): ImageConfiguration => ({
  Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  ...(entrypoint && { Entrypoint: entrypoint }),
  ...(user && { User: user }),
});

async function digestOf(recipe: ImageRecipe, sources: string): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(recipe));
  if (recipe.source) hash.update(await readFile(join(sources, recipe.source.file)));
  return hash.digest('hex');
}
