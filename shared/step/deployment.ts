import type { Context } from 'aws-lambda';
import { functionArnHere } from '../aws/functionArn.ts';

/** The stack's own names, as far as a function's ARN shows them: nothing to configure, nothing to get wrong. */
export interface DeploymentNames {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `kubestep-dev` */
  readonly prefix: string;
}

/** What a function knows of itself. `sls invoke local` sets its name only. */
export type FunctionIdentity = Pick<Context, 'functionName'> & Partial<Pick<Context, 'invokedFunctionArn'>>;

/** Reads the deployment from `arn:aws:lambda:REGION:ACCOUNT:function:SERVICE-STAGE-NAME`. */
export async function deploymentOf({ functionName, invokedFunctionArn }: FunctionIdentity): Promise<DeploymentNames> {
  const [, partition = '', , region = '', account = '', , name = ''] = (
    invokedFunctionArn ?? (await functionArnHere(functionName))
  ).split(':');
  return { account, region, partition, prefix: name.slice(0, name.lastIndexOf('-')) };
}

/** ARN of an execution before it exists, because its name is ours to choose. */
export function executionArnOf(deployment: DeploymentNames, machine: string, name: string): string {
  const { partition, region, account, prefix } = deployment;
  return `arn:${partition}:states:${region}:${account}:execution:${prefix}-${machine}:${name}`;
}

/** ARN of one of the stack's state machines: `createCluster`. */
export function stateMachineArnOf(deployment: DeploymentNames, machine: string): string {
  const { partition, region, account, prefix } = deployment;
  return `arn:${partition}:states:${region}:${account}:stateMachine:${prefix}-${machine}`;
}
