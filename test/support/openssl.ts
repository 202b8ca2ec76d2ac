import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs openssl in a folder that holds `files` and is gone afterwards; throws with what it said when it fails. */
export function openssl(parameters: readonly string[], files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return execFileSync('openssl', parameters, { encoding: 'utf8', stdio: 'pipe', cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
