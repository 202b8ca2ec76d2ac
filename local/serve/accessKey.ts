import { generateKeySync } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Long-lived credentials of the person at the keyboard. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const fileName = 'accessKey.json';

/** The key that clients of this world sign with; made, unguessable and for its owner's eyes only, where there is none. */
export function accessKeyIn(folder: string): AccessKey {
  const file = join(folder, fileName);
  const known = read(file);
  if (known) return known;
  // Two processes may come at once: the first to link has made the key, and both use it.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(newAccessKey()), { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
  const made = read(file);
  if (made) return made;
  throw new Error(`${file} cannot be read as an access key`);
}

/** A key that nobody can guess, in AWS's shape: AKIA and 16 signs of base32, 40 signs of secret. */
export function newAccessKey(): AccessKey {
  return {
    accessKeyId: `AKIA${randomText(8 * 16, 'hex')
      .toUpperCase()
      .replace(/[01]/g, '2')
      .replace(/[89]/g, '3')
      .slice(0, 16)}`,
    secretAccessKey: randomText(8 * 30, 'base64'),
  };
}

function randomText(bits: number, encoding: BufferEncoding): string {
  return generateKeySync('hmac', { length: bits }).export().toString(encoding);
}

function read(file: string): AccessKey | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const { accessKeyId, secretAccessKey } = JSON.parse(text) as Partial<AccessKey>;
  if (!accessKeyId || !secretAccessKey)
    throw new Error(`${file} holds no access key: remove it, and a new one is made`);
  return { accessKeyId, secretAccessKey };
}
