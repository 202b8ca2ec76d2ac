import { ended } from './command.ts';
import type { MachineHost } from './host.ts';
import { awaitLeader } from './leader.ts';

/** How a command in a machine ended; the words are those of Systems Manager. */
export interface CommandInMachine {
  readonly status: 'Success' | 'Failed' | 'TimedOut';
  /** -1 when the command did not end by itself. */
  readonly exitCode: number;
  readonly standardOutput: string;
  readonly standardError: string;
}

export interface RunOptions {
  readonly timeoutSeconds: number;
  readonly input?: string;
}

/** What is kept of each output. */
const outputLimit = 1024 * 1024;
/** The machine ends a command by itself if this process is not there to do it. */
const graceSeconds = 30;
/** How long a machine that is just starting is waited for. */
const startingSeconds = 30;
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const journalLines = 2000;

let commands = 0;

/** Runs a program in the machine as a unit of its own, as an agent there would. */
export async function runIn(
  host: MachineHost,
  instanceId: string,
  command: readonly string[],
  { timeoutSeconds, input }: RunOptions,
): Promise<CommandInMachine> {
  const leader = await awaitLeader(host, instanceId, Math.min(timeoutSeconds, startingSeconds));
  if (leader === undefined) throw new Error(`${instanceId} does not run.`);
  commands += 1;
  const unit = `command-${process.pid}-${commands}`;
  const parameters = [
    ...['systemd-run', '--quiet', '--pipe', '--wait', '--collect', `--unit=${unit}`],
    ...[`--property=RuntimeMaxSec=${timeoutSeconds + graceSeconds}`, `--setenv=PATH=${searchPath}`, '--'],
    ...command,
  ];
  const options = { timeoutSeconds, outputLimit, ...(input === undefined ? {} : { input }) };
  const { exitCode, standardOutput, standardError, timedOut } = await ended(
    'nsenter',
    inside(leader, parameters),
    options,
  );
  if (timedOut)
    await ended('nsenter', inside(leader, ['systemctl', 'kill', '--signal=SIGKILL', unit]), { timeoutSeconds: 10 });
  const status = timedOut ? 'TimedOut' : exitCode === 0 ? 'Success' : 'Failed';
  return { status, exitCode: timedOut ? -1 : (exitCode ?? -1), standardOutput, standardError };
}

/** The newest lines of the machine's journal, or of one unit's. It is in memory: nothing is left of earlier boots. */
export async function journalOf(host: MachineHost, instanceId: string, unit?: string): Promise<string> {
  const command = ['journalctl', '--no-pager', '--output=short-iso', `--lines=${journalLines}`];
  const ofUnit = unit === undefined ? [] : [`--unit=${unit}`];
  const { standardOutput } = await runIn(host, instanceId, [...command, ...ofUnit], { timeoutSeconds: 60 });
  return standardOutput;
}

const inside = (leader: number, command: readonly string[]): readonly string[] => [
  ...['--target', String(leader), '--all', '--root', '--wd', 'env', '-i', `PATH=${searchPath}`, 'HOME=/root'],
  ...command,
];
