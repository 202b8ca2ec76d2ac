import * as z from 'zod';
import type { Cloud, CloudCall } from '../../cloud/cloud.ts';
import { AwsError, NotModelled } from '../../cloud/errors.ts';
import { explainDenial } from '../../cloud/iam/authorize.ts';
import { lambdaTasks } from '../../cloud/stepFunctions/tasks.ts';
import { arnOf } from '../../cloud/world.ts';
import type { Catcher, Retrier } from '../../interpreter/definition/definition.ts';
import { createEngine } from '../../interpreter/engine.ts';
import type { TaskRequest, Tasks } from '../../interpreter/engineOptions.ts';
import { TaskFailure } from '../../interpreter/failures.ts';
import type { Json, JsonObject } from '../../interpreter/json.ts';
import type { Execution, HistoryEvent } from '../../interpreter/records.ts';
import { catcherOf, nextAttempt } from '../../interpreter/retrying.ts';
import { createMemoryStore } from '../../interpreter/store.ts';
import { refuseInvalidDefinition } from './definitions.ts';
import { machineAround, stateIn, testedState } from './stateUnderTest.ts';

const mock = z.strictObject({
  result: z.string().optional(),
  errorOutput: z.strictObject({ error: z.string().optional(), cause: z.string().optional() }).optional(),
  fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).optional(),
});

const request = z.strictObject({
  definition: z.string(),
  stateName: z.string().optional(),
  roleArn: z.string().optional(),
  input: z.string().default('{}'),
  variables: z.string().default('{}'),
  inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).default('INFO'),
  revealSecrets: z.boolean().optional(),
  mock: mock.optional(),
  stateConfiguration: z.strictObject({ retrierRetryCount: z.int().min(0).default(0) }).optional(),
});

type TestRequest = z.output<typeof request>;

/** How one state went, without Retry and Catch. */
interface Trial {
  readonly execution: Execution;
  /** The state after the tested one, and what it was given. */
  readonly next?: StateEntered;
  readonly arguments?: Json;
  readonly result?: Json;
}

/** TestState: what one state makes of an input, in an interpreter of its own that is forgotten afterwards. */
export async function testState(cloud: Cloud, { principal, input }: CallInput) {
  const denial = explainDenial(cloud.world, principal, { action: 'states:TestState', resource: '*' });
  if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
  const parsed = request.safeParse(input);
  if (!parsed.success) throw new AwsError('ValidationException', parsed.error.message);
  const test = parsed.data;
  const state = stateIn(test.definition, test.stateName);
  refuseWhatIsNotModelled(state, test);

  const trial = await tried(cloud, test, { ...state, Retry: undefined, Catch: undefined }, tasksOf(cloud, test));
  const { status, output, error, cause } = trial.execution;
  const seen = inspection(test, trial);
  if (status === 'SUCCEEDED')
    return { status, output: trial.next?.input ?? output, nextState: trial.next?.name, ...seen };

  const failure = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  const retriers = (state.Retry ?? []) as unknown as readonly Retrier[];
  const spent = retriers.map(() => test.stateConfiguration?.retrierRetryCount ?? 0);
  const retry = nextAttempt(retriers, spent, failure, cloud.world.random.next);
  if (retry !== undefined) {
    const errorDetails = {
      retryIndex: retry.spent.findIndex((count, index) => count > (spent[index] ?? 0)),
      retryBackoffIntervalSeconds: Math.round(retry.delayMilliseconds / 1000),
    };
    return { status: 'RETRIABLE', ...failure, ...withErrorDetails(seen, errorDetails) };
  }

  const catchers = (state.Catch ?? []) as unknown as readonly Catcher[];
  const catcher = catcherOf(catchers, failure);
  if (catcher === undefined) return { status: 'FAILED', ...failure, ...seen };
  const caught = await tried(cloud, test, { ...state, Retry: undefined }, failing(error, cause));
  return {
    status: 'CAUGHT_ERROR',
    ...failure,
    output: caught.next?.input,
    nextState: caught.next?.name,
    ...withErrorDetails(seen, { catchIndex: catchers.indexOf(catcher) }),
  };
}

type CallInput = Pick<CloudCall, 'principal' | 'input'>;

function refuseWhatIsNotModelled({ Type }: JsonObject, { mock, roleArn }: TestRequest): void {
  if (Type === 'Map' || Type === 'Parallel') throw new NotModelled('states', 'TestState', String(Type));
  if (Type !== 'Task' && mock !== undefined)
    throw new AwsError('ValidationException', `A mock is for a Task, a Map or a Parallel, not for a ${Type}`);
  if (Type === 'Task' && mock === undefined && roleArn === undefined)
    throw new AwsError('ValidationException', 'A Task needs a roleArn, or a mock');
}

const failing = (error: string | undefined, cause: string | undefined): Tasks => ({
  carryOut: () => Promise.reject(new TaskFailure(error, cause)),
});

function tasksOf(cloud: Cloud, { mock }: TestRequest): Tasks {
  if (mock?.errorOutput !== undefined) return failing(mock.errorOutput.error, mock.errorOutput.cause);
  const { result } = mock ?? {};
  if (result !== undefined) return { carryOut: async () => jsonIn(result, 'mock.result') };
  return lambdaTasks(() => cloud);
}

async function tried(cloud: Cloud, test: TestRequest, state: JsonObject | object, tasks: Tasks): Promise<Trial> {
  const { world } = cloud;
  const variables = jsonIn(test.variables, 'variables');
  const definition = JSON.stringify(machineAround(state, variables));
  refuseInvalidDefinition({ input: { definition } });
  const stateMachineArn = arnOf(world, 'states', 'stateMachine:TestState');
  const roleArn = test.roleArn ?? arnOf(world, 'iam', 'role/nobody');
  const done: { request?: TaskRequest; result?: Json } = {};
  const engine = createEngine({
    clock: world.clock,
    random: world.random.next,
    store: createMemoryStore(),
    tasks: {
      async carryOut(task) {
        done.request = task;
        done.result = await tasks.carryOut(task);
        return done.result;
      },
    },
    findStateMachine: () => ({ stateMachineArn, roleArn, definition }),
  });
  const { executionArn } = await engine.start({ stateMachineArn, input: test.input });
  const execution = await engine.whenEnded(executionArn);
  const next = stateAfter(engine.history(executionArn));
  return {
    execution,
    ...(next !== undefined && { next }),
    ...(done.request !== undefined && { arguments: done.request.arguments }),
    ...(done.result !== undefined && { result: done.result }),
  };
}

/** The details of the event with which an execution enters a state. */
interface StateEntered {
  readonly name: string;
  readonly input: string;
}

function stateAfter(history: readonly HistoryEvent[]): StateEntered | undefined {
  const entered = history.flatMap(({ stateEnteredEventDetails: details }) =>
    details === undefined ? [] : [{ name: String(details['name']), input: String(details['input']) }],
  );
  return entered[entered.findIndex(({ name }) => name === testedState) + 1];
}

/** What was seen on the way; AWS shows it from the level DEBUG on. */
function inspection({ input, inspectionLevel }: TestRequest, trial: Trial) {
  if (inspectionLevel === 'INFO') return {};
  const text = (value: Json | undefined) => (value === undefined ? undefined : JSON.stringify(value));
  return { inspectionData: { input, afterArguments: text(trial.arguments), result: text(trial.result) } };
}

function withErrorDetails({ inspectionData }: { inspectionData?: object }, errorDetails: object) {
  return inspectionData === undefined ? {} : { inspectionData: { ...inspectionData, errorDetails } };
}

function jsonIn(text: string, field: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new AwsError('ValidationException', `${field}: ${(error as Error).message}`);
  }
}
