import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isMap, isScalar, parseDocument } from 'yaml';
import { type Machine, type Retrier, type State, statesOf } from '../stack/packagedStack.ts';
import { filesBelow } from './sources.ts';
import { workflowPicture } from './workflowPicture.ts';

/** A state machine as it is written. */
export interface Workflow {
  readonly name: string;
  readonly definition: Machine;
  readonly policies: readonly Policy[];
}

/** A retry policy of the block that the machines share. States that list it hold the same object. */
interface Policy {
  readonly name: string;
  readonly retrier: Retrier;
  readonly reason: string;
}

export const workflows = (): Workflow[] =>
  readdirSync('statemachines')
    .filter((file) => file.endsWith('.asl.yml'))
    .map((file) => workflowOf(basename(file, '.asl.yml'), readFileSync(`statemachines/${file}`, 'utf8')));

function workflowOf(name: string, text: string): Workflow {
  const document = parseDocument(text);
  const definition = document.toJS({ maxAliasCount: -1 });
  const retries = document.getIn(['x-shared', 'retries']);
  if (!isMap(retries)) throw new Error(`statemachines/${name}.asl.yml names no retries`);
  const policies = retries.items.flatMap(({ key }, index) => {
    if (!isScalar<string>(key)) return [];
    // The parser gives the first comment to the whole map.
    const reason = (index === 0 ? retries.commentBefore : key.commentBefore) ?? '';
    return [{ name: key.value, retrier: definition['x-shared'].retries[key.value], reason: reason.trim() }];
  });
  return { name, definition, policies };
}

/** The page of a state machine in docs/workflows. */
export function workflowPage({ name, definition, policies }: Workflow): string {
  const tasks = statesOf(definition).filter(([, { Type }]) => Type === 'Task');
  const used = policies.filter(({ retrier }) => tasks.some(([, { Retry }]) => Retry?.includes(retrier)));
  return `# ${name}

${definition.Comment}

Generated from [statemachines/${name}.asl.yml](../../statemachines/${name}.asl.yml) by \`npm run docs:workflows\`; a test compares it.
Do not edit it by hand.

\`\`\`mermaid
${workflowPicture(definition)}
\`\`\`

## States

A state with a time limit waits until machines report. Any other state ends with its function.

| State | Function | Time limit | Retries |
|---|---|---|---|
${tasks.map(([state, fields]) => stateRow(state, fields, policies)).join('\n')}

## Retries

An error that persists after its retries ends the run, which can be resumed at the state that failed.

| Name | Errors | Retried | Reason |
|---|---|---|---|
${used.map(policyRow).join('\n')}
`;
}

function stateRow(state: string, { TimeoutSeconds, Retry = [] }: State, policies: readonly Policy[]): string {
  const limit = TimeoutSeconds === undefined ? '' : `${TimeoutSeconds / 60} min`;
  const names = Retry.map((listed) => policies.find(({ retrier }) => retrier === listed)?.name);
  return `| ${state} | ${sourceOf(state)} | ${limit} | ${names.join(', ')} |`;
}

/** State CreateVpc is the function createVpc. */
function sourceOf(state: string): string {
  const file = `${state.charAt(0).toLowerCase()}${state.slice(1)}.ts`;
  const path = filesBelow('functions').find((each) => basename(each) === file);
  if (path === undefined) throw new Error(`functions/ has no ${file} for state ${state}`);
  return `[${path}](../../${path})`;
}

function policyRow({ name, retrier, reason }: Policy): string {
  const { ErrorEquals, IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds } = retrier;
  const isLong = ErrorEquals.length > 5;
  const errors = isLong
    ? '[transientErrors](../../shared/aws/errors.ts)'
    : ErrorEquals.map((error) => `\`${error}\``).join(', ');
  const pauses =
    BackoffRate === 1
      ? `${IntervalSeconds} s apart`
      : `after ${IntervalSeconds} s, then each time ${BackoffRate} times as long, up to ${MaxDelaySeconds} s`;
  return `| ${name} | ${errors} | ${MaxAttempts} times, ${pauses} | ${reason} |`;
}
