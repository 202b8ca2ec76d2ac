import type { GoModule, GoRecipe, Program } from './recipes.ts';

/** A command with what it adds to the environment. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/** Fetches a module; prints where its go.mod is, among other things, as JSON. */
export const downloadCommand = ({ path, version }: GoModule): Command => ({
  command: 'go',
  args: ['mod', 'download', '-json', `${path}@${version}`],
});

/** Prints a go.mod file as JSON. */
export const readGoModCommand = (goMod: string): Command => ({
  command: 'go',
  args: ['mod', 'edit', '-json', goMod],
});

/** Builds one program of a recipe, in the folder of its wrapper module. */
export function goBuildCommand(recipe: GoRecipe, program: Program, output: string): Command {
  const stamps = Object.entries(recipe.stamps ?? {}).map(([variable, value]) => `-X ${variable}=${value}`);
  const linking = recipe.c === 'static' ? ['-linkmode external', '-extldflags "-static"'] : [];
  return {
    command: 'go',
    args: [
      'build',
      '-trimpath',
      ...(recipe.tags ? ['-tags', recipe.tags.join(',')] : []),
      '-ldflags',
      ['-s -w', ...stamps, ...linking].join(' '),
      '-o',
      output,
      program.package,
    ],
    environment: {
      CGO_ENABLED: recipe.c === undefined ? '0' : '1',
      GOOS: 'linux',
      GOARCH: 'amd64',
      // The wrapper's go.mod and go.sum are completed as needed; a checkout around the folder has no say in the bytes.
      GOFLAGS: '-mod=mod -buildvcs=false',
      GOWORK: 'off',
    },
  };
}
