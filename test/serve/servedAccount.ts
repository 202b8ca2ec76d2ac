import { createWatchedClock, type WatchedClock } from '../../local/clock/watchedClock.ts';
import { noDelays } from '../../local/cloud/delays.ts';
import { type AccessKey, newAccessKey } from '../../local/serve/accessKey.ts';
import { type ServedWorld, serveWorld } from '../../local/serve/serveWorld.ts';
import type { ConnectedMocks } from '../../local/serve/stepFunctions/createMocks.ts';
import { createWorld, type EmbeddedWorld, type WorldOptions } from '../../local/world/createWorld.ts';

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

export interface ServedAccountOptions {
  readonly mocks?: ConnectedMocks;
  /** Loads the code of functions; without it, nothing can be deployed. */
  readonly load?: WorldOptions['load'];
  /** Seconds of the world in one of ours; minutes pass in the blink of an eye unless said. */
  readonly speed?: number;
}

export async function aServedAccount({
  mocks,
  speed = 10_000,
  load = (source) => Promise.reject(new Error(`nothing is deployed here, not ${source} either`)),
}: ServedAccountOptions = {}): Promise<ServedAccount> {
  const clock: WatchedClock = createWatchedClock({ speed, startsAt: Date.UTC(2026, 10, 23) });
  const embedded = createWorld({
    clock,
    delays: noDelays,
    ...(mocks && { tasks: mocks.tasks }),
    load,
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
