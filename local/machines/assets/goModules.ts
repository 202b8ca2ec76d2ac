import type { GoModule, GoRecipe } from './recipes.ts';

/** What `go mod edit -json` says of a go.mod file, as far as it matters here. */
export interface GoModFile {
  readonly Go?: string;
  readonly Replace?: readonly Replacement[] | null;
}

interface Replacement {
  readonly Old: { readonly Path: string; readonly Version?: string };
  readonly New: { readonly Path: string; readonly Version?: string };
}

/**
 * A go.mod of our own that requires a recipe's modules. Go ignores what a dependency's go.mod replaces, so the replacements
 * are repeated; a module replaced by a folder of its repository is taken at the version it was released with.
 */
export function wrapperModule(recipe: GoRecipe, goModFiles: readonly GoModFile[]): string {
  const replacements = new Map(
    goModFiles
      .flatMap(({ Replace }) => Replace ?? [])
      .filter((replacement) => isReleasedOnItsOwn(replacement, recipe))
      .map((replacement) => [nameOf(replacement.Old), targetOf(replacement, recipe)]),
  );
  for (const { path, version } of recipe.replaced ?? []) replacements.set(path, `${path} ${version}`);
  return [
    'module kubestep.invalid/wrapper',
    `go ${goModFiles[0]?.Go ?? '1.26'}`,
    ...recipe.modules.map(({ path, version }) => `require ${path} ${version}`),
    ...[...replacements].map(([from, to]) => `replace ${from} => ${to}`),
    '',
  ].join('\n');
}

/** From its second major version on, a module's path ends with it. What does not is a folder that is no module of its own. */
function isReleasedOnItsOwn({ Old, New }: Replacement, { siblings }: GoRecipe): boolean {
  const major = siblings?.split('.')[0] ?? 'v0';
  return New.Version !== undefined || ['v0', 'v1'].includes(major) || Old.Path.endsWith(`/${major}`);
}

const nameOf = ({ Path, Version }: Replacement['Old']) => (Version ? `${Path} ${Version}` : Path);

function targetOf({ Old, New }: Replacement, { siblings, modules }: GoRecipe): string {
  if (New.Version) return `${New.Path} ${New.Version}`;
  if (siblings === undefined) {
    throw new RangeError(
      `${describe(modules)} replaces ${Old.Path} by a folder and the recipe names no version for it`,
    );
  }
  return `${Old.Path} ${siblings}`;
}

const describe = (modules: readonly GoModule[]) => modules.map(({ path, version }) => `${path} ${version}`).join(', ');
