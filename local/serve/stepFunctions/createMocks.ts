import type { EmbeddedWorld, WorldOptions } from '../../world/createWorld.ts';
import { mockedTasks } from './mockedTasks.ts';
import { readMocks } from './mocks.ts';

/** A file of mocks, to be put before a world's tasks and then connected to the world. */
export interface ConnectedMocks {
  readonly tasks: NonNullable<WorldOptions['tasks']>;
  connect(embedded: EmbeddedWorld): void;
}

/** Reads the file at once, so that its problems are reported before a world is opened. */
export function createMocks(file: string): ConnectedMocks {
  const mocks = readMocks(file);
  const connected: { embedded?: EmbeddedWorld } = {};
  const embedded = () => {
    if (!connected.embedded) throw new Error('A task was asked for before its world was there');
    return connected.embedded;
  };
  return {
    tasks: (tasks) => mockedTasks(tasks, mocks, embedded),
    connect(world) {
      connected.embedded = world;
    },
  };
}
