import { createWatchedClock, type WatchedClock } from '../../local/clock/watchedClock.ts';
import { noDelays } from '../../local/cloud/delays.ts';
import { type AccessKey, newAccessKey } from '../../local/serve/accessKey.ts';
import { type ServedWorld, serveWorld } from '../../local/serve/serveWorld.ts';
import type { ConnectedMocks } from '../../local/serve/stepFunctions/createMocks.ts';
import { createWorld, type EmbeddedWorld } from '../../local/world/createWorld.ts';

/** An empty account on loopback, and what a client of it is made with. */
export interface ServedAccount {
  readonly embedded: EmbeddedWorld;
  readonly served: ServedWorld;
  readonly key: AccessKey;
  readonly client: {
    readonly region: string;
    readonly endpoint: string;
    readonly credentials: AccessKey;
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

/** Minutes of the world pass in the blink of an eye. */
const speed = 10_000;

export async function aServedAccount({ mocks }: { mocks?: ConnectedMocks } = {}): Promise<ServedAccount> {
  const clock: WatchedClock = createWatchedClock({ speed, startsAt: Date.UTC(2026, 10, 23) });
  const embedded = createWorld({
    clock,
    delays: noDelays,
    ...(mocks && { tasks: mocks.tasks }),
    load: (source) => Promise.reject(new Error(`nothing is deployed here, not ${source} either`)),
  });
  mocks?.connect(embedded);
  const key = newAccessKey();
  const served = await serveWorld(embedded, { key });
  return {
    embedded,
    served,
    key,
    client: { region: 'us-east-1', endpoint: served.endpoint, credentials: key, maxAttempts: 1 },
    async close() {
      await served.close();
      await clock.stop();
    },
  };
}
