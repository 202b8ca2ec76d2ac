import { AwsError } from '../errors.ts';
import { arnOf, tableOf, type World } from '../world.ts';

/** A state machine as it is now; executions keep the definition that they started with. */
export interface StateMachineRow {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly createdAt: number;
}

export const stateMachines = tableOf<StateMachineRow>('states.machines');

export const stateMachineArn = (world: World, name: string): string => arnOf(world, 'states', `stateMachine:${name}`);

export function requireStateMachine(world: World, arn: string): StateMachineRow {
  const row = stateMachines(world).get(arn);
  if (row) return row;
  throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
}
