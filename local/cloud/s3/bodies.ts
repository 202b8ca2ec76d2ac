import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';

/** The bytes of objects, by their sha256, as base64: many versions may share one body. */
const bodies = tableOf<string>('s3.bodies');
const references = tableOf<number>('s3.bodyReferences');

/** Rows are held in memory and written to the journal: what a journal can carry without being noticed stays there. */
const largestRowBytes = 2 ** 20;

/** Keeps the bytes once more; answers the name to ask for them. */
export function keepBody(world: World, bytes: Uint8Array): string {
  const name = createHash('sha256').update(bytes).digest('hex');
  const count = references(world).get(name) ?? 0;
  if (count === 0) {
    if (world.largeBodies && bytes.length > largestRowBytes) world.largeBodies.keep(name, bytes);
    else bodies(world).put(name, Buffer.from(bytes).toString('base64'));
  }
  references(world).put(name, count + 1);
  return name;
}

/** Says that a version keeps the body no more; the last one takes it away. */
export function releaseBody(world: World, name: string): void {
  const count = (references(world).get(name) ?? 0) - 1;
  if (count > 0) {
    references(world).put(name, count);
    return;
  }
  references(world).delete(name);
  bodies(world).delete(name);
  world.largeBodies?.remove(name);
}

/** Says that one more version keeps a body that is there already. */
export function shareBody(world: World, name: string): void {
  references(world).put(name, (references(world).get(name) ?? 0) + 1);
}

/** The file that holds a body, where it is one of the large ones. */
export function bodyFile(world: World, name: string): string | undefined {
  return world.largeBodies?.fileOf(name);
}

export function bodyOf(world: World, name: string): Uint8Array {
  const file = bodyFile(world, name);
  if (file !== undefined && world.largeBodies) return world.largeBodies.read(file);
  return new Uint8Array(Buffer.from(bodies(world).get(name) ?? '', 'base64'));
}
/** Reads what a client gives as `Body`. A virtual clock stands still while a stream is read. */
export async function readBody(world: World, body: unknown, contentLength: number | undefined): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array();
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body instanceof Blob) return whileHeld(world, async () => new Uint8Array(await body.arrayBuffer()));
  if (!isAsyncIterable(body)) throw new AwsError('InvalidRequest', 'The body is neither bytes, text nor a stream');
  if (contentLength === undefined) {
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  return whileHeld(world, async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return new Uint8Array(Buffer.concat(chunks));
  });
}

async function whileHeld<Result>(world: World, work: () => Promise<Result>): Promise<Result> {
  const release = world.clock.hold();
  try {
    return await work();
  } finally {
    release();
  }
}

function isAsyncIterable(body: unknown): body is AsyncIterable<Uint8Array | string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** The bytes as SDK clients answer a body: a stream that also gives itself whole. */
export function sdkStream(bytes: Uint8Array) {
  return Object.assign(Readable.from([Buffer.from(bytes)], { objectMode: false }), {
    transformToByteArray: () => Promise.resolve(bytes),
    transformToString: (encoding: BufferEncoding = 'utf8') => Promise.resolve(Buffer.from(bytes).toString(encoding)),
  });
}

/** A large body as SDK clients answer it, read from its file when somebody wants it. `file` spares a server the reading. */
export function sdkFileStream(file: string) {
  async function* chunks() {
    yield* createReadStream(file);
  }
  return Object.assign(Readable.from(chunks(), { objectMode: false }), {
    file,
    transformToByteArray: async () => new Uint8Array(await readFile(file)),
    transformToString: (encoding: BufferEncoding = 'utf8') => readFile(file, encoding),
  });
}
