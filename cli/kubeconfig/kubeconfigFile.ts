import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** The text of a kubeconfig that is there; nothing where there is none. Throws where one could not be written either. */
export function readKubeconfigFile(file: string): string {
  accessSync(dirname(file), constants.W_OK);
  if (!existsSync(file)) return '';
  if (!statSync(file).isFile()) throw new TypeError('it is not a file');
  return readFileSync(file, 'utf8');
}

/** Replaces the file as a whole, or leaves it as it was. It holds a private key: only its owner reads it. */
export function writeKubeconfigFile(file: string, text: string): void {
  // A link, such as one to a kubeconfig that is shared with another tool, stays a link.
  const target = existsSync(file) ? realpathSync(file) : file;
  const beside = mkdtempSync(join(dirname(target), '.kubeconfig-'));
  try {
    const written = join(beside, 'kubeconfig');
    writeFileSync(written, text, { mode: 0o600, flag: 'wx' });
    renameSync(written, target);
  } finally {
    rmSync(beside, { recursive: true });
  }
}
