import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createVirtualClock } from '../../local/clock/virtualClock.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { createWorld } from '../../local/world/createWorld.ts';
import { deployStack } from '../../local/world/deployStack.ts';

/**
 * Started as a process of its own with a seed: creates and deletes the demo cluster and prints the sha256 of all that
 * Step Functions recorded of it, and how many events those were.
 */
async function main(seed: number): Promise<void> {
  const clock = createVirtualClock({ startsAt: Date.UTC(2026, 10, 23) });
  const embedded = createWorld({ clock, seed, load: loaded(clock) });
  await clock.runUntil(deployStack(embedded, await packageTemplate(process.cwd())));
  const histories = createHash('sha256');
  let events = 0;
  for (const [method, path, body] of [
    ['PUT', '/clusters/demo', JSON.stringify(JSON.parse(readFileSync('events/createCluster.json', 'utf8')).spec)],
    ['DELETE', '/clusters/demo', ''],
  ] as const) {
    const principal = administratorOf(embedded.world);
    const answer = await clock.runUntil(
      embedded.request({ principal, method, path, body, query: { requestId: method } }),
    );
    const { executionArn } = JSON.parse(answer.body);
    const { status } = await clock.runUntil(embedded.engine.whenEnded(executionArn));
    if (status !== 'SUCCEEDED') throw new Error(`${method} ${path} ended as ${status}`);
    const history = embedded.engine.history(executionArn);
    events += history.length;
    histories.update(JSON.stringify(history));
  }
  console.log(JSON.stringify({ events, sha256: histories.digest('hex') }));
}

/** Loading code takes time of ours and none of the world's. */
function loaded(clock: ReturnType<typeof createVirtualClock>) {
  return async (source: string) => {
    const release = clock.hold();
    try {
      return await import(pathToFileURL(join(process.cwd(), `${source}.ts`)).href);
    } finally {
      release();
    }
  };
}

main(Number(process.argv[2])).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
