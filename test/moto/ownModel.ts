import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createWatchedClock } from '../../local/clock/watchedClock.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { newAccessKey } from '../../local/serve/accessKey.ts';
import { serveWorld } from '../../local/serve/serveWorld.ts';
import { createWorld } from '../../local/world/createWorld.ts';
import { deployStack } from '../../local/world/deployStack.ts';
import { inventoryOf, since } from './inventory/inventory.ts';
import type { Resource } from './inventory/resource.ts';

/** As fast as this machine can. */
const speed = 10_000;

/** What the same creation makes on our own model, as AWS's clients see it over HTTP. */
export async function createdOnOurModel(spec: object): Promise<Resource[]> {
  const clock = createWatchedClock({ speed, startsAt: Date.UTC(2026, 10, 23) });
  const load = (source: string) => import(pathToFileURL(join(process.cwd(), `${source}.ts`)).href);
  const embedded = createWorld({ clock, seed: 7, load });
  await deployStack(embedded, await packageTemplate(process.cwd()));
  const credentials = newAccessKey();
  const served = await serveWorld(embedded, { key: credentials });
  const account = { endpoint: served.endpoint, region: 'us-east-1', credentials };

  const before = await inventoryOf(account);
  const principal = administratorOf(embedded.world);
  const body = JSON.stringify(spec);
  const answer = await embedded.request({ principal, method: 'PUT', path: '/clusters/demo', body });
  const { executionArn } = JSON.parse(answer.body);
  const { status, cause } = await embedded.engine.whenEnded(executionArn);
  if (status !== 'SUCCEEDED') throw new Error(`The creation on our own model ended as ${status}: ${cause}`);
  const created = since(before, await inventoryOf(account));
  await served.close();
  await clock.stop();
  return created;
}
