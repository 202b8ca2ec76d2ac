import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differencesBetween } from './comparison.ts';
import { everythingIn, remainsOf } from './expectedLeftovers.ts';
import { since } from './inventory/inventory.ts';
import type { Account, Resource } from './inventory/resource.ts';
import { type Life, live, liveUntil } from './lives.ts';
import type { MotoServer } from './motoServer.ts';

/** How often the process of a creation is killed: as often as that of kops was. */
const kills = 9;

/** The numbers of the writes at which processes die, spread over all of a creation's. */
export const fatalWrites = (writes: number): number[] =>
  Array.from({ length: kills }, (_, index) => Math.round(((index + 1) * writes) / (kills + 1)));

export interface KillOutcome {
  readonly diedAt: string;
  /** Resources that there are two of, or that are missing or different. */
  readonly twins: readonly string[];
  readonly left: readonly string[];
}

/** Kills a creation, lets a new process continue it, compares what it made with `calm`, deletes it and looks again. */
export async function killedAt(
  write: number,
  server: MotoServer,
  account: Account,
  calm: readonly Resource[],
): Promise<KillOutcome> {
  await server.reset();
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-killed-'));
  try {
    const before = await everythingIn(account);
    const creation: Life = { account, folder, operation: 'create' };
    const diedAt = await liveUntil(creation, write);
    await live(creation);
    const created = since(before, await everythingIn(account));
    await live({ account, folder, operation: 'delete' });
    const { lost } = remainsOf(since(before, await everythingIn(account)));
    return {
      diedAt,
      twins: differencesBetween(created, calm).map(({ where, moto, ours }) => `${where}: ${moto} instead of ${ours}`),
      left: lost.map(({ type, id }) => `${type} ${id}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
