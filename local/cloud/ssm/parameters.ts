import { tableOf } from '../world.ts';

/** A parameter of Parameter Store. */
export interface Parameter {
  readonly name: string;
  readonly type: 'String' | 'StringList';
  readonly value: string;
  readonly version: number;
  readonly changedAt: number;
}

export const parameters = tableOf<Parameter>('ssm.parameters');
