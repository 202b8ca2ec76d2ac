/** The parts of an ARN that Step Functions' own ARNs repeat. */
export interface ArnBase {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Partition, region and account of an ARN. */
export function arnBase(arn: string): ArnBase {
  const [, partition = 'aws', , region = '', account = ''] = arn.split(':');
  return { partition, region, account };
}

/** The name at the end of a state machine's ARN. */
export function stateMachineName(stateMachineArn: string): string {
  return stateMachineArn.split(':')[6] ?? '';
}

/** The ARN of an execution of a state machine; a distributed Map's children bear the machine's name and the Map's label. */
export function executionArn(stateMachineArn: string, name: string, label?: string): string {
  const machine =
    label === undefined ? stateMachineName(stateMachineArn) : `${stateMachineName(stateMachineArn)}/${label}`;
  return `${prefix(stateMachineArn)}:execution:${machine}:${name}`;
}

/** The ARN of a run of a distributed Map. */
export function mapRunArn(stateMachineArn: string, label: string, id: string): string {
  return `${prefix(stateMachineArn)}:mapRun:${stateMachineName(stateMachineArn)}/${label}:${id}`;
}

function prefix(arn: string): string {
  const { partition, region, account } = arnBase(arn);
  return `arn:${partition}:states:${region}:${account}`;
}
