import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { redriveWeight, shownAfterSeconds } from '../../../shared/aws/adoption.ts';
import { denialSeconds, denials, transientErrors } from '../../../shared/aws/errors.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
}

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Record<string, unknown> & {
    readonly Payload?: Record<string, unknown>;
    readonly FunctionName?: string;
  };
  readonly Retry?: readonly Retrier[];
  readonly Catch?: unknown;
  readonly TimeoutSeconds?: number;
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

interface Machine {
  readonly States: Readonly<Record<string, State>>;
}

const readMachine = (name: string) =>
  parse(readFileSync(`statemachines/${name}.asl.yml`, 'utf8'), { maxAliasCount: -1 }) as Machine;

/** Every state of a machine with its name, also those within others. */
function statesOf({ States }: Machine): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => {
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    return [[name, state] as [string, State], ...inner.flatMap(statesOf)];
  });
}

const tasksOf = (machine: string) => statesOf(readMachine(machine)).filter(([, { Type }]) => Type === 'Task');

/** An outage of a service or of the network that a run outlasts. */
const transientSeconds = 240;

/** States that have nothing to wait for: they look at the store, which is consistent, or (CheckVpcContents) refuse at once. */
const waitForNothing = [
  'AcquireLock',
  'CheckPlan',
  'CheckChange',
  'CheckVpcContents',
  'RecordCluster',
  'ForgetCluster',
  'ReleaseLock',
];

/** How long a state waits for what is not ready: a deletion for whatever still uses the thing, a creation for what shows late. */
const waitSeconds = 600;

/** How long a state waits that does nothing else: AWS takes minutes for what it waits for. */
const awaitSeconds = 1800;

/** For how long a state retries exactly these errors; its tries themselves not counted. */
function secondsFor({ Retry = [] }: State, errors: readonly string[]): number {
  const sorted = (names: readonly string[]) => [...names].sort().join();
  return secondsOf(Retry.find(({ ErrorEquals }) => sorted(ErrorEquals) === sorted(errors)));
}

function secondsOf(retrier: Retrier | undefined): number {
  if (!retrier) return 0;
  const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const pauses = Array.from({ length: MaxAttempts }, (_, index) => IntervalSeconds * BackoffRate ** index);
  return pauses.reduce((total, pause) => total + Math.min(pause, MaxDelaySeconds), 0);
}

/** States whose functions create what has neither a token nor a name of its own. */
const blindStates = ['CreateVpc', 'CreateInternetGateway', 'CreateNatGateways', 'CreateKeys'];

describe.each(['createCluster', 'reconfigureCluster', 'deleteCluster'])('%s', (machine) => {
  test('each task calls the function of its own name', () => {
    for (const [name, { Resource, Arguments }] of tasksOf(machine)) {
      expect(Arguments?.FunctionName ?? Resource).toBe(`\${${name}}`);
    }
  });

  test('each task retries failures of AWS for minutes, and none is caught', () => {
    for (const [name, state] of tasksOf(machine)) {
      expect([name, secondsFor(state, transientErrors) >= transientSeconds]).toEqual([name, true]);
      expect(state.Catch).toBeUndefined();
    }
  });

  test('each task waits long enough for what is not ready', () => {
    for (const [name, { Retry = [] }] of tasksOf(machine)) {
      if (waitForNothing.includes(name)) continue;
      const seconds = secondsOf(Retry.find(({ ErrorEquals }) => ErrorEquals.includes('NotReady')));
      expect([name, seconds >= (name.startsWith('Await') ? awaitSeconds : waitSeconds)]).toEqual([name, true]);
    }
  });

  test('each task retries denials for as long as tags may count late, and no longer than twice that', () => {
    for (const [name, state] of tasksOf(machine)) {
      const seconds = secondsFor(state, denials);
      expect([name, seconds >= denialSeconds && seconds <= 2 * denialSeconds]).toEqual([name, true]);
    }
  });

  test('each task but the first hands on the run and how often it was tried', () => {
    for (const [name, { Arguments }] of tasksOf(machine)) {
      if (name === 'AcquireLock') continue;
      const attempt = expect.stringContaining(`${redriveWeight} * $states.context.Execution.RedriveCount`);
      expect(Arguments?.Payload ?? Arguments).toMatchObject({ run: '{% $run %}', attempt });
    }
  });

  test('each wait for a report has an end and is tried again after it', () => {
    for (const [, { Resource, TimeoutSeconds, Retry }] of tasksOf(machine)) {
      if (!Resource?.includes('WaitForTaskToken')) continue;
      expect(TimeoutSeconds).toBeGreaterThan(0);
      expect(Retry?.some(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout'))).toBe(true);
    }
  });
});

test('what is created without a token is waited for until EC2 would show a lost answer', () => {
  for (const [name, { Retry }] of tasksOf('createCluster').filter(([name]) => blindStates.includes(name))) {
    const retry = Retry?.find(({ ErrorEquals }) => ErrorEquals.includes('NotReady'));
    const waitedSeconds = (retry?.IntervalSeconds ?? 0) * (retry?.MaxAttempts ?? 0);
    expect([name, waitedSeconds > 2 * shownAfterSeconds]).toEqual([name, true]);
  }
});
