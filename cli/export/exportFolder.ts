import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { TerraformFile } from '../../shared/export/terraform/exportTerraform.ts';
import { usageError } from '../exitCodes.ts';

/**
 * Writes the files of an export into the folder, and removes those that an earlier export of the same cluster left there and
 * this one does not have. A file of the same name that somebody else wrote is replaced only by force.
 */
export function writeExport(folder: string, files: Readonly<Record<string, TerraformFile>>, force: boolean): void {
  const names = Object.keys(files);
  const unfit = names.find((name) => !/^[a-z_]+\.tf\.json$/.test(name));
  if (unfit !== undefined) throw new Error(`The API answered a file named ${JSON.stringify(unfit)}`);
  const present = filesIn(folder);
  const headers = new Set(Object.values(files).map(headerOf));
  const isOurs = (name: string) => headers.has(headerIn(join(folder, name)));
  const theirs = names.filter((name) => present.includes(name) && !isOurs(name));
  if (theirs.length > 0 && !force)
    throw usageError(
      `${folder} has ${theirs.join(', ')}, which no export of this cluster wrote. Choose another folder with --out, or replace them with --force.`,
    );

  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), `${JSON.stringify(content, undefined, 2)}\n`);
  for (const name of present) if (!names.includes(name) && isOurs(name)) rmSync(join(folder, name));
}

/** The Terraform files of the folder, which is made where there is none. */
function filesIn(folder: string): string[] {
  try {
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder).filter((name) => name.endsWith('.tf.json'));
  } catch (error) {
    throw usageError(`${folder} cannot be written to: ${isNativeError(error) ? error.message : String(error)}`);
  }
}

/** Who wrote a file, and of which cluster: the first line of its comment. */
function headerOf(content: unknown): unknown {
  const comment = typeof content === 'object' && content !== null && '//' in content ? content['//'] : undefined;
  return Array.isArray(comment) ? comment[0] : undefined;
}

function headerIn(file: string): unknown {
  try {
    return headerOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
