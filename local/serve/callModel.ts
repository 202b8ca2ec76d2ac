import type { CloudCall } from '../cloud/cloud.ts';
import type { EmbeddedWorld } from '../world/createWorld.ts';
import { encodedList, lists } from './s3/encodedList.ts';
import { refuseInvalidDefinition, validateStateMachineDefinition } from './stepFunctions/definitions.ts';
import { withTestCase } from './stepFunctions/testCases.ts';
import { testState } from './stepFunctions/testState.ts';

/** Makes the call. What only the wire knows is taken off before it and put on after it; Step Functions for other people's definitions knows a little more than the model of the deployed stack. */
export async function callModel({ cloud, world }: EmbeddedWorld, call: CloudCall): Promise<unknown> {
  if (call.service === 's3' && lists.has(call.operation)) return encodedList(cloud, call);
  switch (`${call.service}:${call.operation}`) {
    case 'states:ValidateStateMachineDefinition':
      return validateStateMachineDefinition(world, call);
    case 'states:TestState':
      return testState(cloud, call);
    case 'states:CreateStateMachine':
    case 'states:UpdateStateMachine':
      refuseInvalidDefinition(call);
      return cloud.call(call);
    case 'states:StartExecution':
      return cloud.call(withTestCase(world, call));
    default:
      return withWholeBody(await cloud.call(call));
  }
}

/** A body that the model answers as a stream is read whole, since it goes into an answer; a large one stays in its file. */
async function withWholeBody(output: unknown): Promise<unknown> {
  const { Body } = (output ?? {}) as {
    readonly Body?: { file?: string; transformToByteArray?(): Promise<Uint8Array> };
  };
  if (typeof Body?.transformToByteArray !== 'function') return output;
  const { file } = Body;
  return { ...(output as object), Body: file === undefined ? await Body.transformToByteArray() : { file } };
}
