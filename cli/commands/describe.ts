import type { RunDescription } from '../../shared/operations/describeRun.ts';
import { required, wordsOf } from '../commandLine.ts';
import { exitCodes, usageError } from '../exitCodes.ts';
import { markOf } from '../progress/picture.ts';
import { rowsOf } from '../progress/rows.ts';
import { describeRun, findRun } from '../runs.ts';
import { failureLines } from '../summary/runSummary.ts';
import { bytesText, columns, durationText, oneLine, timeText } from '../words.ts';
import { answer, type Command } from './command.ts';

/** `kubestep describe run ID` */
export const describe: Command = async (context) => {
  const words = wordsOf(context.commandLine, ['what', 'id']);
  if (words.what !== 'run') throw usageError('Only runs can be described: kubestep describe run ID.');
  const id = required(context.commandLine, words.id, 'the id of the run');
  const target = await context.target();
  const description = await describeRun(target, await findRun(target, id, context.commandLine.cluster));
  answer(context, description, () => lines(description, target.now()));
  return exitCodes.done;
};

function lines(description: RunDescription, now: number): string[] {
  const { run, status, startedAt, endedAt, redrives, view } = description;
  const ended = endedAt === undefined ? now : Date.parse(endedAt);
  return [
    `Run        ${run.runId}  ${run.operation} of ${run.clusterName} (${run.clusterId})`,
    `Status     ${status}${redrives > 0 ? `, resumed ${redrives === 1 ? 'once' : `${redrives} times`}` : ''}`,
    `Time       ${timeText(startedAt)}, ${durationText(ended - Date.parse(startedAt))}`,
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
