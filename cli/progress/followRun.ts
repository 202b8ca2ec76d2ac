import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import type { Output } from '../output.ts';
import { describeRun, isGoingOn, type RunName } from '../runs.ts';
import type { Target } from '../target.ts';
import { ownTime } from '../time.ts';
import { clocksText, expectedMilliseconds, reportedOf, usualWaits, waitsForMachines } from './reported.ts';
import { livePicture, plainLines, type Screen } from './screens.ts';

/** A run that has ended, and how long it was watched. */
export interface FollowedRun {
  readonly description: RunDescription;
  readonly hereMilliseconds: number;
}

/** Shows a run until it ends. */
export async function followRun(target: Target, run: RunName, output: Output): Promise<FollowedRun> {
  const screen = output.isTerminal ? livePicture(output) : plainLines(output);
  const began = ownTime.now();
  const interrupted = onInterrupt(target, run);
  let expected: number | undefined;
  try {
    for (;;) {
      const description = await Promise.race([describeRun(target, run), interrupted.happened]);
      const here = ownTime.now() - began;
      if (description.run.operation === 'createCluster') expected ??= await expectedMilliseconds(target, run.cluster);
      await show(screen, target, description, here, expected);
      if (!isGoingOn(description)) {
        screen.end();
        return { description, hereMilliseconds: here };
      }
      await Promise.race([target.pause(target.pollMilliseconds), interrupted.happened]);
    }
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
function onInterrupt(target: Target, { runId }: RunName) {
  let interrupt: () => void = () => {};
  const happened = new Promise<never>((_, reject) => {
    interrupt = () =>
      reject(
        new CommandFailure(
          exitCodes.interrupted,
          target.kind === 'aws'
            ? `\nThe run goes on in AWS. See it again: kubestep watch ${runId}`
            : `\nThe local world stands still until somebody opens it. Go on: kubestep resume ${runId}`,
        ),
      );
  });
  happened.catch(() => {});
  process.once('SIGINT', interrupt);
  return { happened, forget: () => void process.off('SIGINT', interrupt) };
}
