import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { TerraformFile } from '../../shared/export/terraform/exportTerraform.ts';
import { usageError } from '../exitCodes.ts';

export interface ExportToWrite {
  readonly folder: string;
  /** The name of the cluster. */
  readonly cluster: string;
  readonly files: Readonly<Record<string, TerraformFile>>;
  /** Whether files of the same names are replaced, no matter who wrote them. */
  readonly force: boolean;
}

/**
 * Writes the files of an export into the folder, and removes those that an earlier export of the same cluster left there and
 * this one does not have. A file of the same name that somebody else wrote is replaced only by force. Throws, before anything is
 * touched, where the answer is none of an export.
 */
export function writeExport({ folder, cluster, files, force }: ExportToWrite): void {
  const headers = headersOf(files, `Written by kubestep export terraform of the cluster ${cluster} (`);
  const names = Object.keys(files);
  const present = inFolder(folder, () => filesIn(folder));
  const isOurs = (name: string) => headers.has(headerIn(join(folder, name)) ?? '');
  const theirs = names.filter((name) => present.includes(name) && !isOurs(name));
  if (theirs.length > 0 && !force)
    throw usageError(
      `${folder} has ${theirs.join(', ')}, which no export of this cluster wrote. Choose another folder with --out, or replace them with --force.`,
    );
  const gone = present.filter((name) => !names.includes(name) && isOurs(name));
  inFolder(folder, () => {
    replaceFiles(folder, files);
    for (const name of gone) rmSync(join(folder, name));
  });
}

/** The headers of an answer; throws where it has a file without one, or with a name that could lead elsewhere. */
function headersOf(files: Readonly<Record<string, TerraformFile>>, beginning: string): ReadonlySet<string> {
  const headers = Object.entries(files).map(([name, content]) => {
    if (!/^[a-z_]+\.tf\.json$/.test(name)) throw new Error(`The API answered a file named ${JSON.stringify(name)}`);
    const header = headerOf(content);
    if (header?.startsWith(beginning)) return header;
    throw new Error(`The API answered ${name} without the comment of an export of this cluster`);
  });
  return new Set(headers);
}

/** All are written before the first takes its place, so that a full disk leaves the earlier export. A link is replaced, not followed. */
function replaceFiles(folder: string, files: Readonly<Record<string, TerraformFile>>): void {
  const newFile = (name: string) => join(folder, `${name}.${process.pid}.new`);
  const written: string[] = [];
  try {
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(newFile(name), `${JSON.stringify(content, undefined, 2)}\n`, { flag: 'wx' });
      written.push(name);
    }
    for (const name of Object.keys(files)) renameSync(newFile(name), join(folder, name));
  } finally {
    for (const name of written) rmSync(newFile(name), { force: true });
  }
}

/** The Terraform files of the folder, which is made where there is none. */
function filesIn(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder).filter((name) => name.endsWith('.tf.json'));
}

/** What the folder refuses is for the person to fix. */
function inFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw usageError(`${folder} cannot be written to: ${isNativeError(error) ? error.message : String(error)}`);
  }
}

/** Who wrote a file, and of which cluster: the first line of its comment. */
function headerOf(content: unknown): string | undefined {
  const comment = typeof content === 'object' && content !== null && '//' in content ? content['//'] : undefined;
  const first: unknown = Array.isArray(comment) ? comment[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

function headerIn(file: string): string | undefined {
  try {
    return headerOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
