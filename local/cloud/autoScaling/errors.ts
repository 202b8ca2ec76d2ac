import { AwsError } from '../errors.ts';

/** What Auto Scaling answers for nearly everything that is wrong with a request. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
