import type { EmbeddedWorld } from '../world/createWorld.ts';
import { accessKeyIn } from './accessKey.ts';
import { announce, announcedEndpoint } from './announcement.ts';
import { clientEnvironment } from './clientEnvironment.ts';
import { type ServedWorld, serveWorld } from './serveWorld.ts';

/** The only region of the model. */
const region = 'us-east-1';

/** Serves the world of a folder with the key that lies in it, and tells other processes where. */
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

/** What clients of the world in a folder export; undefined where nobody serves it. */
export function environmentOf(folder: string): Readonly<Record<string, string | undefined>> | undefined {
  const endpoint = announcedEndpoint(folder);
  return endpoint === undefined ? undefined : clientEnvironment(endpoint, region, accessKeyIn(folder));
}
