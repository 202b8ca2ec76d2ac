import { tableOf, type World } from '../../cloud/world.ts';
import { stateMachineName } from '../../interpreter/arns.ts';
import type { Engine } from '../../interpreter/engine.ts';
import type { TaskRequest, Tasks } from '../../interpreter/engineOptions.ts';
import { TaskFailure } from '../../interpreter/failures.ts';
import type { Json } from '../../interpreter/json.ts';
import { type MockedResponse, type Mocks, mockedResponse } from './mocks.ts';

/** The test case that an execution was started with, and how often its states have called. */
interface MockedExecution {
  readonly testCase: string;
  readonly calls: Readonly<Record<string, number>>;
}

const mockedExecutions = tableOf<MockedExecution>('serve.mockedExecutions');

/** Says that tasks of this execution are answered by a test case. */
export function startTestCase(world: World, executionArn: string, testCase: string): void {
  mockedExecutions(world).put(executionArn, { testCase, calls: {} });
}

/** Answers the tasks of executions that were started with a test case; all others are carried out. */
export function mockedTasks(
  tasks: Tasks,
  mocks: Mocks,
  embedded: () => { readonly world: World; readonly engine: Engine },
): Tasks {
  return {
    async carryOut(request) {
      const { world, engine } = embedded();
      const execution = mockedExecutions(world).get(request.executionArn);
      if (!execution) return tasks.carryOut(request);
      const call = execution.calls[request.stateName] ?? 0;
      const answer = mockedResponse(mocks, {
        stateMachine: stateMachineName(request.stateMachineArn),
        testCase: execution.testCase,
        state: request.stateName,
        call,
      });
      if (!answer) return tasks.carryOut(request);
      const calls = { ...execution.calls, [request.stateName]: call + 1 };
      mockedExecutions(world).put(request.executionArn, { ...execution, calls });
      return give(answer, request, engine);
    },
  };
}

/** A mocked task with a token is answered through its token, as its receiver would. */
async function give(answer: MockedResponse, { taskToken }: TaskRequest, engine: Engine): Promise<Json> {
  if ('Throw' in answer) throw new TaskFailure(answer.Throw.Error, answer.Throw.Cause);
  if (taskToken !== undefined) await engine.sendTaskSuccess({ taskToken, output: JSON.stringify(answer.Return) });
  return answer.Return;
}
