import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadCommand, goBuildCommand, readGoModCommand } from './goCommands.ts';
import { type GoModFile, wrapperModule } from './goModules.ts';
import type { GoModule, GoRecipe } from './recipes.ts';
import { runCommand } from './runCommand.ts';
import { writeWhole } from './wholeFiles.ts';

/** A program that was built, and the path where it lies. */
export interface BuiltProgram {
  readonly name: string;
  readonly path: string;
}

/**
 * Builds a recipe's programs into a folder, one after the other: all of Kubernetes at once needs about 20 GB of memory.
 * Go keeps what it compiled, so a build that was cut off continues where it was.
 */
export async function buildPrograms(recipe: GoRecipe, folder: string): Promise<readonly BuiltProgram[]> {
  await mkdir(folder, { recursive: true });
  const goModFiles: GoModFile[] = [];
  for (const module of recipe.modules) goModFiles.push(await readGoModOf(module));
  await writeWhole(join(folder, 'go.mod'), wrapperModule(recipe, goModFiles));

  const built: BuiltProgram[] = [];
  for (const program of recipe.programs) {
    const path = join(folder, program.name);
    await runCommand({ ...goBuildCommand(recipe, program, path), folder });
    built.push({ name: program.name, path });
  }
  return built;
}

async function readGoModOf(module: GoModule): Promise<GoModFile> {
  const { GoMod } = JSON.parse(await runCommand(downloadCommand(module))) as { GoMod: string };
  return JSON.parse(await runCommand(readGoModCommand(GoMod))) as GoModFile;
}
