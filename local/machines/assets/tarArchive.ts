import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Something in an archive: a folder, a file with its content or taken from a path of this machine, or a link. */
export interface TarEntry {
  /** Without a leading slash. */
  readonly path: string;
  readonly mode?: number;
  readonly kind: 'folder' | 'file' | 'link';
  readonly content?: Buffer;
  readonly from?: string;
  /** Where a link leads. */
  readonly target?: string;
}

const blockSize = 512;
const typeFlags = { file: '0', link: '2', folder: '5' } as const;
const usualModes = { file: 0o644, link: 0o777, folder: 0o755 } as const;

/**
 * A tar archive (ustar, POSIX.1-1988) that depends on nothing but its entries: sorted, owned by root, from 1970. So the
 * same programs always have the same digest.
 */
export async function* tarArchive(entries: readonly TarEntry[]): AsyncGenerator<Buffer> {
  for (const entry of [...entries].sort((one, other) => (one.path < other.path ? -1 : 1))) {
    const size = await sizeOf(entry);
    yield header(entry, size);
    if (entry.content) yield entry.content;
    if (entry.from) yield* createReadStream(entry.from) as AsyncIterable<Buffer>;
    yield Buffer.alloc((blockSize - (size % blockSize)) % blockSize);
  }
  yield Buffer.alloc(2 * blockSize);
}

async function sizeOf({ kind, content, from }: TarEntry): Promise<number> {
  if (kind !== 'file') return 0;
  return from ? (await stat(from)).size : (content?.length ?? 0);
}

function header(entry: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(blockSize);
  const { name, prefix } = splitPath(entry.kind === 'folder' ? `${entry.path}/` : entry.path);
  block.write(name, 0, 100);
  writeOctal(block, entry.mode ?? usualModes[entry.kind], { at: 100, digits: 7 });
  writeOctal(block, 0, { at: 108, digits: 7 }); // owner
  writeOctal(block, 0, { at: 116, digits: 7 }); // group
  writeOctal(block, size, { at: 124, digits: 11 });
  writeOctal(block, 0, { at: 136, digits: 11 }); // modified
  block.write(typeFlags[entry.kind], 156);
  block.write(entry.target ?? '', 157, 100);
  block.write('ustar\u000000', 257);
  block.write('root', 265);
  block.write('root', 297);
  block.write(prefix, 345, 155);
  writeChecksum(block);
  return block;
}

/** Long paths are cut at a slash into two fields. */
function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const cut = path.indexOf('/', Math.max(0, path.length - 101));
  const [prefix, name] = [path.slice(0, cut), path.slice(cut + 1)];
  if (cut < 0 || name === '' || Buffer.byteLength(name) > 100 || Buffer.byteLength(prefix) > 155) {
    throw new RangeError(`${path} is too long for a tar archive`);
  }
  return { name, prefix };
}

function writeOctal(block: Buffer, value: number, { at, digits }: { at: number; digits: number }): void {
  block.write(value.toString(8).padStart(digits, '0'), at, digits);
}

/** The sum of all bytes, its own field taken as spaces. */
function writeChecksum(block: Buffer): void {
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8);
}
