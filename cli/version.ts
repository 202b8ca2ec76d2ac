import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version of this command, as its package says it. */
export function versionOf(projectRoot: string): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}
