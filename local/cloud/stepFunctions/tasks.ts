import type { TaskRequest, Tasks } from '../../interpreter/engineOptions.ts';
import { TaskFailure } from '../../interpreter/failures.ts';
import type { Json } from '../../interpreter/json.ts';
import { invocationOf, invocationResult } from '../../interpreter/lambdaInvoke.ts';
import type { Cloud } from '../cloud.ts';
import { assumeRole } from '../iam/assumeRole.ts';

interface LambdaAnswer {
  readonly Payload?: Uint8Array;
  readonly FunctionError?: string;
}

/** Carries out the tasks that the stack's machines use, under the machine's own role. */
export function lambdaTasks(cloud: () => Cloud): Tasks {
  return {
    async carryOut(request) {
      const { resource } = request;
      if (resource.kind === 'lambdaFunction') return invoke(cloud(), request, resource.arn, request.arguments);
      if (resource.resourceType === 'lambda' && resource.action === 'invoke') {
        const { functionName, payload } = invocationOf(request.arguments);
        return invocationResult(await invoke(cloud(), request, functionName, payload), request.executionArn);
      }
      throw new TaskFailure('NotModelled', `NotModelled states ${resource.arn}`);
    },
  };
}

async function invoke(cloud: Cloud, request: TaskRequest, FunctionName: string, payload: Json): Promise<Json> {
  const principal = assumeRole(cloud.world, request.roleArn, sessionName(request), 'states.amazonaws.com', {
    sourceArn: request.stateMachineArn,
  });
  let answer: LambdaAnswer;
  try {
    answer = (await cloud.call({
      principal,
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName, Payload: Buffer.from(JSON.stringify(payload)) },
    })) as LambdaAnswer;
  } catch (error) {
    // Step Functions names Lambda's own errors after the service.
    throw new TaskFailure(`Lambda.${(error as Error).name}`, (error as Error).message);
  }
  const result = JSON.parse(Buffer.from(answer.Payload ?? []).toString() || 'null') as Json;
  if (!answer.FunctionError) return result;
  const { errorType } = result as { errorType?: string };
  throw new TaskFailure(errorType ?? 'Unhandled', JSON.stringify(result));
}

/** Step Functions uses a random session name; the execution's tail makes ours repeatable. */
function sessionName({ executionArn }: TaskRequest): string {
  return executionArn.slice(-32).replaceAll(/[^\w+=,.@-]/g, '-');
}
