import { createVirtualClock, type VirtualClock } from '../../local/clock/virtualClock.ts';
import { type CallObserver, type Cloud, createCloud } from '../../local/cloud/cloud.ts';
import { medianDelays } from '../../local/cloud/delays.ts';
import { durableJobs } from '../../local/cloud/jobs.ts';
import type { Machines } from '../../local/cloud/machinePort.ts';
import type { Service } from '../../local/cloud/operation.ts';
import type { Principal } from '../../local/cloud/principal.ts';
import { seededRandom } from '../../local/cloud/random.ts';
import { Tables } from '../../local/cloud/tables.ts';
import type { World } from '../../local/cloud/world.ts';

/** When every test world begins. */
export const beginning = Date.UTC(2026, 10, 23);

/** The account's administrator: IAM refuses nothing. */
export const administrator: Principal = {
  kind: 'administrator',
  arn: 'arn:aws:iam::123456789012:user/administrator',
};

/** Machines that never do anything. */
export const inertMachines: Machines = {
  start() {},
  stop() {},
  hasEnded: () => true,
  reboot() {},
  terminate() {},
  attachVolume() {},
  detachVolume() {},
  attachNetworkInterface() {},
  detachNetworkInterface() {},
  servingSince: () => undefined,
  agentOnline: () => false,
  runCommand: () => Promise.reject(new Error('an inert machine runs no commands')),
};

/** What AWS services put on the default bus, as a test sees it. */
export type EmittedEvent = Parameters<World['events']['emit']>[0];

export interface TestWorld extends World {
  readonly clock: VirtualClock;
  readonly emitted: EmittedEvent[];
  readonly failedJobs: { readonly kind: string; readonly error: unknown }[];
}

/** An empty account in us-east-1 whose time stands still until it is driven and whose delays are the medians. */
export function testWorld(overrides: Partial<Omit<World, 'clock'>> & { seed?: number } = {}): TestWorld {
  const { seed = 1, tables = new Tables(), ...others } = overrides;
  const clock = createVirtualClock({ startsAt: beginning });
  const emitted: EmittedEvent[] = [];
  const failedJobs: TestWorld['failedJobs'] = [];
  return {
    account: '123456789012',
    region: 'us-east-1',
    zones: ['a', 'b', 'c', 'd'].map((letter, index) => ({ name: `us-east-1${letter}`, id: `use1-az${index + 1}` })),
    random: seededRandom(seed),
    jobs: durableJobs(clock, tables, (kind, error) => void failedJobs.push({ kind, error })),
    delays: medianDelays,
    machines: inertMachines,
    events: { emit: (event) => void emitted.push(event) },
    ...others,
    clock,
    tables,
    emitted,
    failedJobs,
  };
}

export interface TestCloud {
  readonly world: TestWorld;
  readonly cloud: Cloud;
  /** Calls as the administrator and drives the clock until the answer is there. */
  call<Output = Record<string, unknown>>(operation: string, input?: object): Promise<Output>;
  /** Calls as someone else. */
  callAs<Output = Record<string, unknown>>(principal: Principal, operation: string, input?: object): Promise<Output>;
  /** The error that a call ends with; fails when it succeeds. */
  errorOf(operation: string, input?: object): Promise<Error>;
}

/** A test world with services behind the one door. Operations are looked for in the first service; `service:Operation` names another. */
export function testCloud(
  services: readonly [Service, ...Service[]],
  { world = testWorld(), observers = [] }: { world?: TestWorld; observers?: readonly CallObserver[] } = {},
): TestCloud {
  const cloud = createCloud(world, services, observers);
  const callAs: TestCloud['callAs'] = (principal, named, input = {}) => {
    const [operation = '', service = services[0].name] = named.split(':').reverse();
    const answer = cloud.call({ principal, service, operation, input: { ...input } });
    return world.clock.runUntil(answer as Promise<never>);
  };
  return {
    world,
    cloud,
    callAs,
    call: (operation, input) => callAs(administrator, operation, input),
    errorOf: (operation, input) =>
      callAs(administrator, operation, input).then(
        () => Promise.reject(new Error(`${operation} succeeded`)),
        (error: Error) => error,
      ),
  };
}
