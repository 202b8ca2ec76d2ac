import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { assetFolder, readBuilt, readCatalogue } from './catalogue.ts';

/** Answers the sources of a folder's catalogue, each with its file; nothing else can be reached. */
export function fetchBuilt(folder: string): (url: string) => Promise<Response> {
  return async (url) => {
    const asset = (await readCatalogue(folder)).find(({ source }) => source === url);
    const built = asset && (await readBuilt(assetFolder(folder, asset)));
    if (!built) return new Response('not found', { status: 404 });
    const path = join(assetFolder(folder, built.asset), built.file);
    const body = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
    return new Response(body, { headers: { 'content-length': String((await stat(path)).size) } });
  };
}
