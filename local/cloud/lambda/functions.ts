import { AwsError } from '../errors.ts';
import { tableOf, type World } from '../world.ts';

/** A deployed function. Its code is found by `source`, as the package names it: `functions/steps/network/createVpc`. */
export interface FunctionRow {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly source: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

export const functions = tableOf<FunctionRow>('lambda.functions');

/** The function of this name or ARN; AWS's ResourceNotFoundException otherwise. */
export function requireFunction(world: World, nameOrArn: string): FunctionRow {
  const name = nameOrArn.startsWith('arn:') ? (nameOrArn.split(':')[6] ?? '') : nameOrArn;
  const row = functions(world).get(name);
  if (row) return row;
  const arn = `arn:aws:lambda:${world.region}:${world.account}:function:${name}`;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

/** What an invocation answered: its payload, or the error that its code ended in. */
export interface InvocationResult {
  readonly payload: unknown;
  readonly functionError?: 'Unhandled';
}

/** Runs functions. The model does not know how. */
export interface FunctionRuntime {
  invoke(row: FunctionRow, payload: unknown): Promise<InvocationResult>;
}
