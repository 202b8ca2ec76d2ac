import { StepFunctionsError } from './failures.ts';
import { type Random, uuid } from './random.ts';
import type { StrandReference } from './records.ts';

/** A new token for one attempt of one task. It says whom it is for, so that no table of tokens has to be kept. */
export function createTaskToken({ executionArn, strand, step }: StrandReference, random: Random): string {
  return Buffer.from(JSON.stringify([executionArn, strand, step, uuid(random)])).toString('base64');
}

/** Whom a token is for. Whether it is still waited for, the strand knows. */
export function readTaskToken(token: string): StrandReference {
  try {
    const [executionArn, strand, step] = JSON.parse(Buffer.from(token, 'base64').toString()) as unknown[];
    if (typeof executionArn === 'string' && typeof strand === 'string' && typeof step === 'number')
      return { executionArn, strand, step };
  } catch {
    // Falls through: text that is no JSON is no token either.
  }
  throw new StepFunctionsError('InvalidToken', 'Invalid token');
}
