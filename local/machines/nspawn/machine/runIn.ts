import { ended } from './command.ts';
import type { MachineHost } from './host.ts';
import { awaitLeader } from './leader.ts';
import { timed } from './waiting.ts';

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
/** The machine itself ends a command whose time is over: so many seconds after it was asked to end, by force. */
const stopSeconds = 5;
/** A machine that has not even done that hangs. */
const graceSeconds = 10;
/** How long a machine that is just starting is waited for. */
const startingSeconds = 30;
const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const journalLines = 2000;

/**
 * systemd-run ends with 0 also when the unit was cut off by the machine's end, so a command that succeeded ends with this.
 * The shell is the unit's; one that ends with the very number counts as one more.
 */
const succeeded = 254;
const tellingSuccess = [
  ...['/bin/sh', '-c', `"$@"; s=$?; case $s in 0) exit ${succeeded};; ${succeeded}) exit 255;; *) exit $s;; esac`],
  'command',
];

/** Runs a program in the machine as a unit of its own, as an agent there would. */
export async function runIn(
  host: MachineHost,
  instanceId: string,
  command: readonly string[],
  { timeoutSeconds, input }: RunOptions,
): Promise<CommandInMachine> {
  const leader = await awaitLeader(host, instanceId, Math.min(timeoutSeconds, startingSeconds));
  if (leader === undefined) throw new Error(`${instanceId} does not run.`);
  const parameters = [
    ...['systemd-run', '--quiet', '--pipe', '--wait', '--collect', `--property=RuntimeMaxSec=${timeoutSeconds}`],
    ...[`--property=TimeoutStopSec=${stopSeconds}`, `--setenv=PATH=${searchPath}`, '--'],
    ...tellingSuccess,
    ...command,
  ];
  const options = {
    outputLimit,
    timeoutSeconds: timeoutSeconds + stopSeconds + graceSeconds,
    ...(input === undefined ? {} : { input }),
  };
  const { result, seconds } = await timed(() => ended('nsenter', inside(leader, parameters), options));
  const { exitCode, standardOutput, standardError } = result;
  if (exitCode === succeeded) return { status: 'Success', exitCode: 0, standardOutput, standardError };
  // systemd-run ends alike for a command that failed and for one whose time was over.
  if (seconds >= timeoutSeconds) return { status: 'TimedOut', exitCode: -1, standardOutput, standardError };
  // It did not end by itself: the machine went down under it.
  if (exitCode === undefined || exitCode === 0)
    return { status: 'Failed', exitCode: -1, standardOutput, standardError };
  return { status: 'Failed', exitCode, standardOutput, standardError };
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
