import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireOwnFolder } from './ownFolder.ts';

/** The process that works in a world. */
interface Owner {
  readonly pid: number;
  /** When the process started, in the kernel's count, because numbers of processes come back; absent where it cannot be read. */
  readonly started?: string;
}

/** Another process works in this world. */
export class WorldInUse extends Error {
  override readonly name = 'WorldInUse';
}

/** Takes the folder for this process, from an owner that no longer lives if need be. Returns what gives it back. */
export function takeWorldFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireOwnFolder(folder);
  const file = join(folder, 'owner.json');
  for (;;) {
    if (claim(file)) return () => rmSync(file, { force: true });
    const owner = read(file);
    if (owner !== undefined && isAlive(owner)) {
      throw new WorldInUse(
        `The world in ${folder} is in use by process ${owner.pid}. Wait until it has ended, stop it (kill ${owner.pid}), or give another world: --world DIR.`,
      );
    }
    putAside(file, owner);
  }
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
  const started = startOf(process.pid);
  const owner: Owner = { pid: process.pid, ...(started !== undefined && { started }) };
  // Written whole under another name first: a lock without its owner's number would tell nobody anything.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, JSON.stringify(owner), { mode: 0o600 });
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

function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === undefined || startOf(pid) === started;
}

/** Field 22 of /proc/PID/stat, after the command's name in parentheses (source: proc_pid_stat(5)); Linux only. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
