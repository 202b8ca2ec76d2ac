import type { Clock } from '../clock/clock.ts';
import type { Delays } from './delays.ts';
import type { Machines } from './machinePort.ts';
import type { Random } from './random.ts';
import type { Table, Tables } from './tables.ts';

/** What every operation of the model works on: the account's state, its time and its chance. */
export interface World {
  readonly account: string;
  readonly region: string;
  readonly zones: readonly Zone[];
  readonly clock: Clock;
  readonly random: Random;
  readonly tables: Tables;
  readonly jobs: Jobs;
  readonly delays: Delays;
  readonly machines: Machines;
  readonly events: EventSink;
  /** Where it is missing, objects of any size are rows. */
  readonly largeBodies?: LargeBodies;
}

/** Where the bodies of objects lie that are too large for rows. */
export interface LargeBodies {
  /** Returns when the bytes are on disk under this name. */
  keep(name: string, bytes: Uint8Array): void;
  /** The file of this body; undefined where it is not one of the large ones. */
  fileOf(name: string): string | undefined;
  read(file: string): Uint8Array;
  remove(name: string): void;
}

export interface Zone {
  /** us-east-1a */
  readonly name: string;
  /** use1-az1 */
  readonly id: string;
}

/**
 * Work that the world does by itself later (a launch, a health check, an event on its way). Jobs are rows, so a world
 * read from disk continues with them; a job whose process died while it ran runs again.
 */
export interface Jobs {
  /** Runs the job of this kind once, `afterMilliseconds` from now. Returns its id. */
  schedule(kind: string, afterMilliseconds: number, payload: unknown): string;
  cancel(id: string): void;
  /** Says what a job of this kind does. Called once for each kind when a world is put together. */
  define(kind: string, run: (payload: never) => void | Promise<void>): void;
}

/** Where services put the events that AWS sends by itself to the account's default bus, e.g. `aws.ec2` state changes. */
export interface EventSink {
  emit(event: {
    readonly source: string;
    readonly detailType: string;
    readonly detail: object;
    readonly resources: readonly string[];
  }): void;
}

/** Milliseconds since the epoch, in the world's time. */
export const nowOf = (world: World): number => world.clock.now();

/** Names a table once and opens it in any world: `const vpcs = tableOf<Vpc>('ec2.vpcs')`, then `vpcs(world).get(id)`. */
export function tableOf<Row>(name: string): (world: World) => Table<Row> {
  return (world) => world.tables.table<Row>(name);
}

/** An id as EC2 makes them: a prefix and 17 hexadecimal digits. */
export function newId(world: World, prefix: string): string {
  return `${prefix}-0${world.random.hex(16)}`;
}

/** An ARN of this account and region. */
export function arnOf(world: World, service: string, resource: string): string {
  return `arn:aws:${service}:${world.region}:${world.account}:${resource}`;
}
