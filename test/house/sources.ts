import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Source {
  /** From the project's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  /** A path from the project's root, or the name of a package. */
  readonly target: string;
  readonly isPackage: boolean;
  /** Whether nothing but types comes in, which leaves no trace at run time. */
  readonly onlyTypes: boolean;
  readonly dynamic: boolean;
}

const codeFolders = ['functions', 'shared', 'local', 'cli', 'test', 'resources', 'bench'];

/** Every file of code, read once. */
export const sources: readonly Source[] = codeFolders.flatMap((folder) =>
  filesBelow(folder)
    .filter((path) => /\.(ts|mjs|cjs)$/.test(path))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') })),
);

/** Every file below a folder, from the project's root. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((entry) => entry.isFile())
    .map((entry) => normalize(join(entry.parentPath, entry.name)))
    .sort();
}

/** A text without its comments, strings left as they are. Line numbers stay. */
export function withoutComments(text: string): string {
  return text.replaceAll(
    /('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<![:\\])\/\/[^\n]*/g,
    (found, string?: string) => string ?? found.replaceAll(/[^\n]/g, ''),
  );
}

const staticImport = /^(import|export)\s+(type\s+)?([^;'"]*?\sfrom\s+)?'([^']+)'/gm;
const dynamicImport = /\bimport\('([^']+)'\)/g;

/** What a file imports, by static and dynamic imports. */
export function importsOf({ path, text }: Source): Import[] {
  const code = withoutComments(text);
  const statics = [...code.matchAll(staticImport)].map(([, , typed, names, name]) => ({
    ...target(path, name ?? ''),
    onlyTypes: typed !== undefined || everyNameIsAType(names ?? ''),
    dynamic: false,
  }));
  const dynamics = [...code.matchAll(dynamicImport)].map(([, name]) => ({
    ...target(path, name ?? ''),
    onlyTypes: false,
    dynamic: true,
  }));
  return [...statics, ...dynamics];
}

function target(from: string, name: string): { target: string; isPackage: boolean } {
  const isPackage = !name.startsWith('.');
  return { isPackage, target: isPackage ? name : normalize(join(dirname(from), name)) };
}

function everyNameIsAType(names: string): boolean {
  const listed = /^\{([^}]*)\}/.exec(names.trim())?.[1];
  if (listed === undefined) return false;
  return listed
    .split(',')
    .filter((name) => name.trim() !== '')
    .every((name) => name.trim().startsWith('type '));
}
