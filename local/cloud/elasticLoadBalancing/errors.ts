import { AwsError } from '../errors.ts';

/** An error of ELBv2 under the name that SDK clients show: the code of the wire format and `Exception`. */
export function elbError(code: string, message: string): AwsError {
  return new AwsError(`${code}Exception`, message);
}

/** What ELBv2 answers to a malformed parameter: a code that its API model does not list, so it has no suffix. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
