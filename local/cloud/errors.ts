/** An error as an AWS service answers it: `name` is the service's own code, which SDK clients and ErrorEquals see. */
export class AwsError extends Error {
  override readonly name: string;
  readonly statusCode: number;

  constructor(name: string, message: string, statusCode = 400) {
    super(message);
    this.name = name;
    this.statusCode = statusCode;
  }
}

/** A request that AWS may well accept and this model does not know: never ignored, so that no run passes by luck. */
export class NotModelled extends Error {
  override readonly name = 'NotModelled';

  constructor(service: string, operation: string, parameter?: string) {
    super(`NotModelled ${service}:${operation}${parameter ? ` ${parameter}` : ''}`);
  }
}
