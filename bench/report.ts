import type { ActionFigures } from './callMeter.ts';
import type { Measures } from './measureCreation.ts';

/** The figures as two tables in Markdown: one row a size, then one row an action at the largest size. */
export function report(measured: readonly Measures[]): string {
  const largest = measured.at(-1);
  const actions = largest === undefined ? [] : callsTable(largest);
  return [...sizesTable(measured), '', ...actions].join('\n');
}

function sizesTable(measured: readonly Measures[]): string[] {
  const heads = [
    'workers',
    'created in AWS',
    'real time',
    'processor time',
    'peak memory',
    'executions',
    'most events in one (of 25,000)',
    'largest payload (of 256 KiB)',
    'calls to AWS',
    'throttled',
    'Node API calls',
    'most in one second',
  ];
  return table(heads, measured.map(sizeRow));
}

function sizeRow({ executions, actions, nodeApi, ...measures }: Measures): string[] {
  return [
    number(measures.workers),
    duration(measures.simulatedSeconds),
    `${measures.realSeconds.toFixed(1)} s`,
    `${measures.processorSeconds.toFixed(1)} s`,
    `${measures.peakMegabytes.toFixed(0)} MB`,
    number(executions.length),
    number(Math.max(0, ...executions.map(({ events }) => events))),
    `${(Math.max(0, ...executions.map(({ largestPayload }) => largestPayload)) / 1024).toFixed(1)} KiB`,
    number(actions.reduce((sum, { calls }) => sum + calls, 0)),
    number(actions.reduce((sum, { throttled }) => sum + throttled, 0)),
    number(nodeApi.requests),
    number(nodeApi.maxInOneSecond),
  ];
}

/** Actions called so seldom say nothing about scale, unless AWS made them wait. */
const seldom = 20;

function callsTable({ workers, actions }: Measures): string[] {
  const shown = actions.filter(({ calls, throttled }) => calls > seldom || throttled > 0);
  const heads = ['action', 'calls', 'most in one second', 'throttled', 'bucket (burst + refill a second)'];
  const rest = actions.length - shown.length;
  return [
    `Calls of functions and machines for ${number(workers)} workers; ${rest} more actions were called at most ${seldom} times each.`,
    '',
    ...table(heads, shown.map(actionRow)),
  ];
}

function actionRow({ action, calls, maxInOneSecond, throttled, bucket }: ActionFigures): string[] {
  const limit = bucket === undefined ? 'none published' : `${bucket.name}: ${bucket.burst} + ${bucket.refillPerSecond}`;
  return [`\`${action}\``, number(calls), number(maxInOneSecond), number(throttled), limit];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)];
}

const number = (value: number): string => value.toLocaleString('en-US');

const duration = (seconds: number): string => `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
