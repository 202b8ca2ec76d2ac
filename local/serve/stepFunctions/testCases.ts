import type { CloudCall } from '../../cloud/cloud.ts';
import type { World } from '../../cloud/world.ts';
import { executionArn } from '../../interpreter/arns.ts';
import { startTestCase } from './mockedTasks.ts';

/** StartExecution of `arn:…:stateMachine:Orders#HappyPath` runs the machine with its tasks answered by that test case of the mocks. */
export function withTestCase(world: World, call: CloudCall): CloudCall {
  const [stateMachineArn = '', testCase] = String(call.input.stateMachineArn ?? '').split('#');
  if (testCase === undefined) return call;
  const name = typeof call.input.name === 'string' ? call.input.name : `${testCase}-${world.random.hex(16)}`;
  startTestCase(world, executionArn(stateMachineArn, name), testCase);
  return { ...call, input: { ...call.input, stateMachineArn, name } };
}
