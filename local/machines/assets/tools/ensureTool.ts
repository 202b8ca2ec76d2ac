import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { digestOfRecipe } from '../buildAssets.ts';
import { requireBuildTools } from '../buildNeeds.ts';
import { downloadCommand } from '../goCommands.ts';
import { buildPrograms } from '../goPrograms.ts';
import type { GoModule, GoRecipe } from '../recipes.ts';
import { runCommand } from '../runCommand.ts';
import { readWritten, writeWhole } from '../wholeFiles.ts';

/** A program that looks at machines and is part of none, so no catalogue lists it. */
export interface ToolRecipe extends GoRecipe {
  readonly name: string;
  readonly version: string;
  /** A folder of files which the program reads when it runs, and the module that brings it. */
  readonly reads: { readonly module: GoModule; readonly folder: string };
}

/**
 * Builds a tool below the folder of assets, as far as it is not there yet. Returns the folder that holds the program and
 * beside it, under its own name, the folder that it reads.
 */
export async function ensureTool(assets: string, recipe: ToolRecipe): Promise<string> {
  const place = resolve(assets, 'tools', recipe.name, recipe.version);
  const record = join(place, 'recipe.sha256');
  const digest = digestOfRecipe(recipe);
  if ((await readWritten(record)) === digest) return place;

  requireBuildTools();
  const workplace = resolve(assets, '.building', `${recipe.name}-${recipe.version}`);
  await rm(workplace, { recursive: true, force: true });
  const programs = await buildPrograms(recipe, workplace);
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  for (const { name, path } of programs) await rename(path, join(place, name));
  await copyFiles(await folderOf(recipe.reads), join(place, basename(recipe.reads.folder)));
  await writeWhole(record, digest);
  await rm(workplace, { recursive: true, force: true });
  return place;
}

async function folderOf({ module, folder }: ToolRecipe['reads']): Promise<string> {
  const { Dir } = JSON.parse(await runCommand(downloadCommand(module))) as { Dir: string };
  return join(Dir, folder);
}

/** Copies a folder of files. Folders of Go's cache may not be written to, so its mode is not taken over. */
async function copyFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(from)) await copyFile(join(from, name), join(to, name));
}
