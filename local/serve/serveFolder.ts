import type { EmbeddedWorld } from '../world/createWorld.ts';
import { accessKeyIn } from './accessKey.ts';
import { announce } from './announcement.ts';
import { type ServedWorld, serveWorld } from './serveWorld.ts';

/** Serves the world of a folder with the key that lies in it, and announces it to other processes. */
export async function serveFolder(folder: string, embedded: EmbeddedWorld, port: number): Promise<ServedWorld> {
  const served = await serveWorld(embedded, { key: accessKeyIn(folder), port });
  const takeBack = announce(folder, served.endpoint);
  return {
    endpoint: served.endpoint,
    async close() {
      takeBack();
      await served.close();
    },
  };
}
