import { Command } from '@commander-js/extra-typings';
import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { pausedMilliseconds } from '../progress/pauses.ts';
import { markOf } from '../progress/picture.ts';
import { rowsOf } from '../progress/rows.ts';
import { describeRun, findRun } from '../runs.ts';
import { failureLines } from '../summary/runSummary.ts';
import { runView } from '../views.ts';
import { bytesText, columns, durationText, oneLine, timeText } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';
import { describeClusterVerb } from './describeCluster.ts';

/** `kubestep describe cluster NAME|run ID` */
export const describeVerb: Verb = (run) =>
  new Command('describe')
    .summary('show one cluster or run in detail')
    .description('Shows one cluster or run in detail.')
    .usage('KIND NAME [options]')
    .addCommand(describeClusterVerb(run))
    .addCommand(describeRunVerb(run))
    .addHelpText('after', examples('kubestep describe cluster demo', 'kubestep describe run create-5bsfp6p8'));

const describeRunVerb: Verb = (run) => {
  const verb = new Command('run')
    .summary('a run, state by state')
    .description('Shows a run state by state: times, retries and their errors, sizes of input and output.')
    .argument('<ID>', 'the id of the run')
    .option('--cluster <NAME>', 'the cluster of the run; needed where it is deleted')
    .addHelpText(
      'after',
      examples('kubestep describe run create-5bsfp6p8', 'kubestep describe run delete-x2k4 --cluster demo'),
    )
    .action((id, { cluster }, command) => run(command, (context) => describe(context, id, cluster)));
  return withOutput(withTarget(verb));
};

async function describe(context: CommandContext, id: string, cluster: string | undefined): Promise<ExitCode> {
  const target = await context.target();
  const description = await describeRun(target, await findRun(target, id, cluster));
  answer(context, runView(description), () => lines(description, target.now()));
  return exitCodes.done;
}

function lines(description: RunDescription, now: number): string[] {
  const { run, status, startedAt, endedAt, redrives, view } = description;
  const ended = endedAt === undefined ? now : Date.parse(endedAt);
  const paused = pausedMilliseconds(view);
  return [
    `Run        ${run.runId}  ${run.operation} of ${run.clusterName} (${run.clusterId})`,
    `Status     ${status}${redrives > 0 ? `, resumed ${redrives === 1 ? 'once' : `${redrives} times`}` : ''}`,
    `Time       ${timeText(startedAt)}, ${durationText(ended - Date.parse(startedAt))}${paused > 0 ? `, of which ${durationText(paused)} until it was resumed` : ''}`,
    `Asked by   ${oneLine(run.requestedBy)}`,
    `Execution  ${run.executionArn}`,
    `Plan       ${run.planHash}`,
    `History    ${view.transitions} state transitions, ${view.events} events`,
    '',
    ...columns([['', 'STATE', 'TIME', 'INPUT', 'OUTPUT', 'TRIES'], ...stateRows(description, ended)]),
    ...errorLines(description),
    ...(status === 'SUCCEEDED' || status === 'RUNNING' ? [] : failureLines(description)),
  ];
}

function stateRows({ view }: RunDescription, now: number): string[][] {
  const sizes = new Map(view.states.map((state) => [state.name, state]));
  return rowsOf(view, now).map(({ name, depth, status, milliseconds, times }) => {
    const state = sizes.get(name);
    const tries = (state?.failures.length ?? 0) + 1;
    return [
      markOf(status),
      '  '.repeat(depth) + name + (times > 1 ? ` ×${times}` : ''),
      durationText(milliseconds),
      bytesText(state?.inputBytes ?? 0),
      state?.outputBytes === undefined ? '' : bytesText(state.outputBytes),
      tries > 1 ? String(tries) : '',
    ];
  });
}

/** Each error of each state once, with how often it came: waits are errors too, of the kind that ends by itself. */
function errorLines({ view }: RunDescription): string[] {
  const texts = view.states.flatMap(({ name, failures }) =>
    failures.map(({ error, cause }) => `${name}  ${error}: ${oneLine(cause)}`),
  );
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const rows = [...counts].map(([text, count]) => `  ${count} ×  ${text}`);
  return rows.length === 0 ? [] : ['', 'Tries that failed, retried or resumed', ...rows];
}
