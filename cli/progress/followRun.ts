import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import { isGoingOn } from '../runs.ts';
import { type RunName, type Target, Unreachable } from '../target.ts';
import { ownTime } from '../time.ts';
import { looksAt } from './looks.ts';
import { clocksText, expectedMilliseconds, reportedOf, usualWaits, waitsForMachines } from './reported.ts';
import { livePicture, plainLines, type Screen } from './screens.ts';

/** A run that has ended, and how long it was watched. */
export interface FollowedRun {
  readonly description: RunDescription;
  readonly hereMilliseconds: number;
}

/** Shows a run until it ends. Fails after `timeout` milliseconds of our own time: that ends the watching, never the run. */
export async function followRun(
  target: Target,
  run: RunName,
  output: Output,
  timeout = Number.POSITIVE_INFINITY,
): Promise<FollowedRun> {
  const screen = output.isTerminal ? livePicture(output) : plainLines(output);
  const began = ownTime.now();
  const interrupted = onInterrupt(target, run);
  const look = looksAt(target, run);
  let expected: number | undefined;
  try {
    for (;;) {
      const description = await Promise.race([look(), interrupted.happened]);
      const here = ownTime.now() - began;
      if (description.run.operation === 'createCluster') expected ??= await expectedMilliseconds(target, run.cluster);
      await show(screen, target, description, here, expected);
      if (!isGoingOn(description)) {
        screen.end();
        return { description, hereMilliseconds: here };
      }
      const left = timeout - here;
      if (left <= 0) throw new CommandFailure(exitCodes.timedOut, `--timeout is over. ${howToSeeAgain(target, run)}`);
      await Promise.race([target.pause(Math.min(target.pollMilliseconds, left)), interrupted.happened]);
    }
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    const text = `${error.message}\n${howToSeeAgain(target, run)}`;
    throw new CommandFailure(error.exitCode, text, { cause: error });
  } finally {
    interrupted.forget();
  }
}

async function show(
  screen: Screen,
  target: Target,
  description: RunDescription,
  here: number,
  expected: number | undefined,
) {
  const { run, view, startedAt, endedAt, redrives } = description;
  const now = endedAt === undefined ? target.now() : Date.parse(endedAt);
  const isWaiting = view.states.some(({ name, status }) => status === 'running' && waitsForMachines(name));
  const resumed = redrives > 0 ? ` · resumed ${redrives === 1 ? 'once' : `${redrives} times`}` : '';
  screen.show(view, now, {
    title: `${run.operation} ${run.clusterName} (${run.runId})${resumed}`,
    reported: isWaiting ? await reportedOf(target, run.clusterName) : {},
    usual: usualWaits,
    footer: `  ${clocksText(target, now - Date.parse(startedAt), here, expected)} · ${view.transitions} state transitions`,
  });
}

/** Ctrl-C ends the watching, never the run. */
function onInterrupt(target: Target, run: RunName) {
  let interrupt: () => void = () => {};
  const happened = new Promise<never>((_, reject) => {
    interrupt = () => reject(new CommandFailure(exitCodes.interrupted, `\n${howToSeeAgain(target, run)}`));
  });
  happened.catch(() => {});
  process.once('SIGINT', interrupt);
  return { happened, forget: () => void process.off('SIGINT', interrupt) };
}

/** Ending the watching leaves the run as it is. */
function howToSeeAgain({ kind, ownedBy }: Target, { cluster, runId }: RunName): string {
  const again = `See it again: kubestep watch ${runId} --cluster ${cluster}`;
  if (kind === 'aws') return `The run continues in AWS. ${again}`;
  return ownedBy === undefined
    ? `Time of the local world passes only while a command has it open. Continue: kubestep resume ${runId} --cluster ${cluster}`
    : `The run continues while process ${ownedBy} has the local world open. ${again}`;
}
