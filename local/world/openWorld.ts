import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from '../clock/clock.ts';
import { createRealClock } from '../clock/realClock.ts';
import { createWatchedClock } from '../clock/watchedClock.ts';
import type { CallObserver } from '../cloud/cloud.ts';
import type { Delays } from '../cloud/delays.ts';
import type { Change } from '../cloud/tables.ts';
import type { FunctionFaults } from '../deployment/functionRuntime.ts';
import { isBuilt, packageTemplate } from '../deployment/packageTemplate.ts';
import type { Template } from '../deployment/template.ts';
import { createWorld, type EmbeddedWorld, type WorldOptions } from './createWorld.ts';
import { type AssetSource, connectStack, deployStack, standIns } from './deployStack.ts';
import { DurableTables } from './durableTables.ts';
import { type DiskJournal, openJournal } from './journal.ts';
import { largeBodiesIn } from './largeBodies.ts';
import { takeWorldFolder } from './worldFolder.ts';

/** Which world to open, and how time passes in it. */
export interface OpenWorldOptions {
  /** Where the world is on disk; created where it is missing. */
  readonly folder: string;
  /** The project whose stack is deployed into it. */
  readonly projectRoot: string;
  /** Seconds of the world in one of ours, at most. */
  readonly speed?: number;
  /** A clock that somebody else drives, instead of `speed`; it gets the time at which the world continues. */
  readonly clock?: (startsAt: number | undefined) => Clock & { stop?(): Promise<void> };
  /** Chance of a new world; one on disk continues with its own. */
  readonly seed?: number;
  readonly load?: WorldOptions['load'];
  readonly faults?: FunctionFaults;
  readonly tasks?: WorldOptions['tasks'];
  readonly observers?: readonly CallObserver[];
  readonly template?: Template;
  /** Called with what the world could not do by itself. */
  readonly jobFailed?: WorldOptions['jobFailed'];
  readonly delays?: Delays;
  /** What stands for instances, and the files that they are made of; machines of the model where missing. */
  readonly machines?: WorldOptions['machines'];
  readonly assets?: AssetSource;
  /** Called once when the disk is full under an opened world. */
  readonly diskFailed?: (error: Error) => void;
  /** Called with rows that changed, after they are on disk. */
  readonly changed?: (changes: readonly Change[]) => void;
}

/** A world that this process works in, until it closes it. */
export interface OpenedWorld extends EmbeddedWorld {
  /** Whether it was made just now. */
  readonly isNew: boolean;
  /** Stops time, waits for the disk and lets others open the world. */
  close(): Promise<void>;
}

/** How fast time passes where nobody says: a create of five minutes is watched in ten seconds. */
export const defaultSpeed = 30;

/** Rows of the world about itself: the positions of its time and chance, and what is deployed in it. */
const ownTable = 'world';

/** Opens the world of a folder: as it was when its last process ended or died, with everything in progress continuing. */
export async function openWorld(options: OpenWorldOptions): Promise<OpenedWorld> {
  const folder = resolve(options.folder);
  const giveBack = takeWorldFolder(folder);
  const opened: { journal?: DiskJournal; clock?: Clock & { stop?(): Promise<void> } } = {};
  try {
    const template = options.template ?? (await packageTemplate(options.projectRoot));
    return await open({ ...options, folder }, template, opened, giveBack);
  } catch (error) {
    await opened.clock?.stop?.();
    await opened.journal?.close();
    giveBack();
    throw error;
  }
}

async function open(
  options: OpenWorldOptions,
  template: Template,
  opened: { journal?: DiskJournal; clock?: Clock & { stop?(): Promise<void> } },
  giveBack: () => void,
): Promise<OpenedWorld> {
  const live: { embedded?: EmbeddedWorld; isOpen?: true } = {};
  const journal = await openJournal({
    folder: options.folder,
    standing: () => standingOf(live.embedded),
    everything: () => live.embedded?.world.tables.dump() ?? [],
    failed: (error) => {
      if (live.isOpen) options.diskFailed?.(error);
    },
    hold: () => live.embedded?.world.clock.hold() ?? (() => {}),
  });
  opened.journal = journal;

  const tables = new DurableTables(options.changed ? heard(journal, options.changed) : journal);
  tables.restore(journal.changes);
  const own = tables.table<unknown>(ownTable);
  const startsAt = own.get('time') as number | undefined;
  const clock = options.clock?.(startsAt) ?? watchedClock(options, startsAt);
  opened.clock = clock;

  const embedded = createWorld({
    clock,
    tables,
    seed: (own.get('chance') as number | undefined) ?? options.seed ?? 1,
    load: options.load ?? loaderOf(options.projectRoot),
    ...(options.faults && { faults: options.faults }),
    ...(options.tasks && { tasks: options.tasks }),
    ...(options.observers && { observers: options.observers }),
    ...(options.jobFailed && { jobFailed: options.jobFailed }),
    ...(options.delays && { delays: options.delays }),
    ...(options.machines && { machines: options.machines }),
    largeBodies: largeBodiesIn(join(options.folder, 'bodies')),
  });
  live.embedded = embedded;

  const version = createHash('sha256').update(JSON.stringify(template)).digest('hex');
  const assets = options.assets ?? standIns();
  if (own.get('template') === version) connectStack(template, embedded.world.region, assets);
  else {
    await deployStack(embedded, template, assets);
    own.put('template', version);
    await tables.commit();
  }
  embedded.jobs.resume();
  await embedded.engine.recover();
  live.isOpen = true;

  return {
    ...embedded,
    isNew: startsAt === undefined,
    async close() {
      await opened.clock?.stop?.();
      await tables.commit();
      await journal.close();
      giveBack();
    },
  };
}

function standingOf(embedded: EmbeddedWorld | undefined): readonly Change[] {
  if (!embedded) return [];
  const { clock, random } = embedded.world;
  return [
    [ownTable, 'time', clock.now()],
    [ownTable, 'chance', random.state()],
  ];
}

function watchedClock({ speed = defaultSpeed }: OpenWorldOptions, startsAt: number | undefined) {
  return createWatchedClock({ speed, startsAt: startsAt ?? createRealClock().now() });
}

/** The journal, with somebody who hears what it wrote. */
function heard(journal: DiskJournal, changed: (changes: readonly Change[]) => void): DiskJournal {
  return {
    ...journal,
    async append(changes) {
      await journal.append(changes);
      changed(changes);
    },
  };
}

/** Loads functions: in a clone from their sources. */
function loaderOf(projectRoot: string): WorldOptions['load'] {
  const suffix = isBuilt(projectRoot) ? 'js' : 'ts';
  return (source) => import(pathToFileURL(join(projectRoot, `${source}.${suffix}`)).href);
}
