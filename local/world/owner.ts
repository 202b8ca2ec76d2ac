import { readFileSync } from 'node:fs';

/** A process that works in a world. */
export interface Owner {
  readonly pid: number;
  /** When the process started, in the kernel's count, because numbers of processes come back; absent where it cannot be read. */
  readonly started?: string | undefined;
}

/** The process that asks. */
export function thisProcess(): Owner {
  const started = startOf(process.pid);
  return { pid: process.pid, ...(started !== undefined && { started }) };
}

/** Whether that very process lives, and not another one of its number. One that has ended and is still listed is dead. */
export function isAlive({ pid, started }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const fields = statOf(pid);
  if (fields === undefined) return started === undefined;
  return !endedStates.has(fields[stateField] ?? '') && (started === undefined || fields[startField] === started);
}

const startOf = (pid: number): string | undefined => statOf(pid)?.[startField];

/** Zombie, and dead: nobody has asked yet how the process ended. */
const endedStates: ReadonlySet<string> = new Set(['Z', 'X']);

const stateField = 0;
const startField = 19;

/** The fields of /proc/PID/stat from the third on, after the command's name in parentheses (source: proc_pid_stat(5)); Linux only. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
