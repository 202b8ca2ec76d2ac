import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { untilLambdaEndsIt } from '../step/untilLambdaEndsIt.ts';

/** Refusals by name, and the HTTP status of each. */
const statusOf: Readonly<Record<string, number>> = {
  InvalidRequest: 400,
  LockHeld: 409,
  LockLost: 409,
  NotFound: 404,
  ServiceFailed: 503,
};

/**
 * A function that people and programs ask. HTTP callers are answered in HTTP: JSON bodies, and refusals as 4xx or 503 with the problems
 * as text. Other callers get the value or the error itself, so that an invocation fails visibly.
 */
export const answered = (handle: (event: unknown, context: Context) => Promise<unknown>) =>
  middy<unknown, unknown>(untilLambdaEndsIt).use(inHttp).handler(handle);

const inHttp: MiddlewareObj<unknown, unknown> = {
  after: (request) => {
    if (isHttp(request.event)) request.response = json(200, request.response);
  },
  onError: (request) => {
    const error = request.error as (Error & { readonly retryAfterSeconds?: number }) | null;
    const status = error && statusOf[error.name];
    if (error && status && isHttp(request.event)) {
      const { name, message, retryAfterSeconds } = error;
      request.response = json(status, { error: name, message, retryAfterSeconds });
    }
  },
};

const isHttp = (event: unknown): boolean => typeof event === 'object' && event !== null && 'routeKey' in event;

function json(statusCode: number, body: unknown) {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
