import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { LargeBodies } from '../cloud/world.ts';

/** Bodies as files of a folder, each named by its sha256 and there only when it is whole. */
export function largeBodiesIn(folder: string): LargeBodies {
  const pathOf = (name: string) => join(folder, name);
  return {
    keep(name, bytes) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = pathOf(name);
      const beside = `${path}.new`;
      const file = openSync(beside, 'w', 0o600);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
        // The row that names the body is on disk soon, and must not outlive the body in a power cut.
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(beside, path);
    },
    fileOf: (name) => (existsSync(pathOf(name)) ? pathOf(name) : undefined),
    read: (file) => new Uint8Array(readFileSync(file)),
    remove: (name) => rmSync(pathOf(name), { force: true }),
  };
}
