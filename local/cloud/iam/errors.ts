import { AwsError } from '../errors.ts';

/** IAM's errors, under the names that SDK clients give them and with the HTTP status of each. */
export const noSuchEntity = (message: string) => new AwsError('NoSuchEntityException', message, 404);
export const entityAlreadyExists = (message: string) => new AwsError('EntityAlreadyExistsException', message, 409);
export const deleteConflict = (message: string) => new AwsError('DeleteConflictException', message, 409);
export const limitExceeded = (message: string) => new AwsError('LimitExceededException', message, 409);
export const invalidInput = (message: string) => new AwsError('InvalidInputException', message, 400);
export const unmodifiableEntity = (message: string) => new AwsError('UnmodifiableEntityException', message, 400);
export const validationError = (message: string) => new AwsError('ValidationError', message, 400);
