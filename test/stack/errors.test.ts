import { readFileSync } from 'node:fs';
import { denials, transientErrors } from '../../shared/aws/errors.ts';
import * as errors from '../../shared/errors.ts';
import { packagedStack, statesOf } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

/** Every error that a step can end in, as Step Functions sees its name. */
const stepErrors = Object.values(errors).map((StepError) => new StepError('').name);

/** Step Functions' own names that may be retried (source: its developer guide, "Error names"). */
const statesErrors = ['States.Timeout', 'States.HeartbeatTimeout'];

async function retriedErrors(): Promise<Set<string>> {
  const { machines } = await packagedStack();
  const states = machines.flatMap(({ definition }) => statesOf(definition));
  const matchers = states.flatMap(([, { Retry = [], Catch = [] }]) => [...Retry, ...Catch]);
  return new Set(matchers.flatMap(({ ErrorEquals }) => ErrorEquals));
}

test('the name of an error is the name of its class', () => {
  expect([...stepErrors].sort()).toEqual(Object.keys(errors).sort());
});

test('every error of a step is retried by a state, or the operator’s guide says what to do when it ends a run', async () => {
  const retried = await retriedErrors();
  const guide = readFileSync('docs/operate.md', 'utf8');
  const unexplained = stepErrors.filter((name) => !retried.has(name) && !guide.includes(`| \`${name}\` |`));
  expect(unexplained).toEqual([]);
});

test('what a state matches can happen: an error of a step, of AWS’s services, or of Step Functions', async () => {
  const known = new Set([...stepErrors, ...transientErrors, ...denials, ...statesErrors]);
  expect([...(await retriedErrors())].filter((name) => !known.has(name))).toEqual([]);
});
