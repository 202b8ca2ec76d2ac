import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type Owner, thisProcess } from './owner.ts';
import { requireOwnFolder } from './ownFolder.ts';

/** Another process works in this world. */
export class WorldInUse extends Error {
  override readonly name = 'WorldInUse';
}

/** Takes the folder for this process, from an owner that no longer lives if need be. Returns what gives it back. */
export function takeWorldFolder(folder: string): () => void {
  makeFolder(folder);
  requireOwnFolder(folder);
  const file = join(folder, 'owner.json');
  for (;;) {
    if (claim(file)) return () => rmSync(file, { force: true });
    const owner = read(file);
    if (owner !== undefined && isAlive(owner)) {
      throw new WorldInUse(
        `The world in ${folder} is in use by process ${owner.pid}. Wait until it has ended, or give another world: --world DIR.`,
      );
    }
    putAside(file, owner);
  }
}

/** Whether a world was opened in the folder before, or is being opened now, or is to be one of machines. */
export const isWorld = (folder: string): boolean =>
  ['journal.jsonl', 'owner.json', 'machines.json'].some((file) => existsSync(join(folder, file)));

/** Makes the folder and those around it. Node's own recursion never ends where the kernel makes no folders, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(resolve(folder)));
  mkdirSync(folder, { mode: 0o700 });
}

/** An owner that closes its world waits for what is under way. */
const endsWithinMilliseconds = 20_000;

/** Ends the process that works in the world of this folder, if one does; a number without its start time names nobody. */
export async function endOwner(folder: string): Promise<void> {
  const owner = read(join(folder, 'owner.json'));
  if (owner?.started === undefined || !isAlive(owner)) return;
  process.kill(owner.pid, 'SIGTERM');
  for (let waited = 0; waited < endsWithinMilliseconds && isAlive(owner); waited += 100) await sleep(100);
  if (isAlive(owner)) process.kill(owner.pid, 'SIGKILL');
  while (isAlive(owner)) await sleep(50);
}

function claim(file: string): boolean {
  // Written whole under another name first: a lock without its owner's number would be useless.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own);
  }
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** Takes a dead owner's lock away; where a living one has come between, that one gets it back. */
function putAside(file: string, dead: Owner | undefined): void {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
  } catch {
    return; // somebody else did it first
  }
  const taken = read(aside);
  if (taken !== undefined && (taken.pid !== dead?.pid || taken.started !== dead.started)) linkSync(aside, file);
  rmSync(aside);
}
