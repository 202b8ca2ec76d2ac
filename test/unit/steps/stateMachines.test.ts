import { readFileSync } from 'node:fs';
import { blindCreatePauseSeconds, redriveWeight } from '../../../shared/aws/adoption.ts';
import { transientErrors } from '../../../shared/aws/errors.ts';

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly JitterStrategy?: string;
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

const readMachine = (name: string) => JSON.parse(readFileSync(`statemachines/${name}.asl.json`, 'utf8')) as Machine;

/** Every state of a machine with its name, also those within others. */
function statesOf({ States }: Machine): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => {
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    return [[name, state] as [string, State], ...inner.flatMap(statesOf)];
  });
}

const tasksOf = (machine: string) => statesOf(readMachine(machine)).filter(([, { Type }]) => Type === 'Task');

/** States whose functions create what has neither a token nor a name of its own. */
const blindStates = ['CreateVpc', 'CreateInternetGateway', 'CreateNatGateways', 'CreateKeys'];

describe.each(['createCluster', 'deleteCluster'])('%s', (machine) => {
  test('each task calls the function of its own name', () => {
    for (const [name, { Resource, Arguments }] of tasksOf(machine)) {
      expect(Arguments?.FunctionName ?? Resource).toBe(`\${${name}}`);
    }
  });

  test('each task retries the errors of AWS’s services, and none is caught', () => {
    for (const [name, { Retry, Catch }] of tasksOf(machine)) {
      const retried = Retry?.flatMap(({ ErrorEquals }) => ErrorEquals) ?? [];
      expect([name, retried]).toEqual([name, expect.arrayContaining([...transientErrors])]);
      expect(Catch).toBeUndefined();
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

test('what is created without a token waits between tries until EC2 would show a lost answer', () => {
  for (const [name, { Retry }] of tasksOf('createCluster').filter(([name]) => blindStates.includes(name))) {
    for (const { IntervalSeconds, JitterStrategy } of Retry ?? []) {
      expect([name, IntervalSeconds >= blindCreatePauseSeconds]).toEqual([name, true]);
      expect(JitterStrategy).toBeUndefined();
    }
  }
});
