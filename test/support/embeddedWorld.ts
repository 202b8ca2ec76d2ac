import { createVirtualClock, type VirtualClock } from '../../local/clock/virtualClock.ts';
import type { CallObserver } from '../../local/cloud/cloud.ts';
import type { Delays } from '../../local/cloud/delays.ts';
import { type Change, Tables } from '../../local/cloud/tables.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import type { FunctionFaults } from '../../local/deployment/functionRuntime.ts';
import { packageTemplate } from '../../local/deployment/packageTemplate.ts';
import { createWorld, type EmbeddedWorld } from '../../local/world/createWorld.ts';
import { connectStack, deployStack, standIns } from '../../local/world/deployStack.ts';

/** An account of the model in virtual time, with the packaged stack deployed. */
export interface TestAccount extends EmbeddedWorld {
  readonly clock: VirtualClock;
  readonly failedJobs: { readonly kind: string; readonly error: unknown }[];
  /** Runs the world until the promise is settled. */
  until<Value>(promise: Promise<Value>): Promise<Value>;
  /** A request to the HTTP API as the administrator; the parsed answer. */
  ask(
    method: string,
    path: string,
    body?: string,
    query?: Record<string, string>,
  ): Promise<{ status: number; body: Answer }>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every route.
export type Answer = any;

export interface TestAccountOptions {
  readonly seed?: number;
  readonly faults?: FunctionFaults;
  readonly observers?: readonly CallObserver[];
  /** How long things take; the medians unless said. */
  readonly delays?: Delays;
  /** What holds the account's rows; tables without a journal unless said. */
  readonly tables?: Tables;
  /** Where the account continues, instead of being new. */
  readonly from?: Snapshot;
}

/** An account at one instant. Rows are never changed in place, so they need no copy. */
export interface Snapshot {
  readonly rows: readonly Change[];
  readonly time: number;
  readonly chance: number;
}

/** The account as it is now; any number of accounts can continue from it. */
export const snapshotOf = ({ world, clock }: TestAccount): Snapshot => ({
  rows: [...world.tables.dump()],
  time: clock.now(),
  chance: world.random.state(),
});

const projectRoot = process.cwd();

/** The world begins here. */
export const beginning = Date.UTC(2026, 10, 23);

export async function anAccount({
  from,
  tables = new Tables(),
  ...options
}: TestAccountOptions = {}): Promise<TestAccount> {
  tables.restore(from?.rows ?? []);
  const clock = createVirtualClock({ startsAt: from?.time ?? beginning });
  const failedJobs: TestAccount['failedJobs'] = [];
  const embedded = createWorld({
    clock,
    ...options,
    ...(from && { seed: from.chance }),
    tables,
    load: (source) => import(`${projectRoot}/${source}.ts`),
    jobFailed: (kind, error) => void failedJobs.push({ kind, error }),
  });
  const template = await packageTemplate(projectRoot);
  if (from === undefined) await clock.runUntil(deployStack(embedded, template));
  else {
    connectStack(template, embedded.world.region, standIns());
    embedded.jobs.resume();
    await clock.runUntil(embedded.engine.recover());
  }
  const principal = administratorOf(embedded.world);
  return {
    ...embedded,
    clock,
    failedJobs,
    until: (promise) => clock.runUntil(promise),
    async ask(method, path, body, query) {
      const request = { principal, method, path, ...(body !== undefined && { body }), ...(query && { query }) };
      const answer = await clock.runUntil(embedded.request(request));
      return { status: answer.status, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
    },
  };
}
