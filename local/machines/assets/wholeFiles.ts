import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A path beside another, on the same file system, for what is not complete yet. */
export const beside = (path: string) => `${path}.${process.pid}.part`;

/** Writes a file that is there whole or not at all. */
export async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(beside(path), content);
  await rename(beside(path), path);
}

/** Writes a file from a stream, through a transformation such as a compression; it is there whole or not at all. */
export async function streamWhole(
  path: string,
  content: AsyncIterable<Buffer>,
  transformation: NodeJS.ReadWriteStream = new PassThrough(),
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await pipeline(content, transformation, createWriteStream(beside(path)));
  await rename(beside(path), path);
}

/** The text of a file; undefined where there is none. */
export async function readWritten(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The sha256 of a file, in hexadecimal digits. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
