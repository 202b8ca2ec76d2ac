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

/** Whether that very process lives, and not another one of its number. */
export function isAlive({ pid, started }: Owner): boolean {
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
