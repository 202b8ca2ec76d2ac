/** The stack's own names, as far as they can be told from a function's ARN: nothing to configure, nothing to get wrong. */
export interface DeploymentNames {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `kubestep-dev` */
  readonly prefix: string;
}

/** Reads the deployment from `arn:aws:lambda:REGION:ACCOUNT:function:SERVICE-STAGE-NAME`. */
export function deploymentOf(invokedFunctionArn: string): DeploymentNames {
  const [, partition = '', , region = '', account = '', , functionName = ''] = invokedFunctionArn.split(':');
  return { account, region, partition, prefix: functionName.slice(0, functionName.lastIndexOf('-')) };
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
