import middy from '@middy/core';
import type * as z from 'zod';
import { untilLambdaEndsIt } from '../step/untilLambdaEndsIt.ts';
import { type Caller, callerOf, nodeApiEvent } from './caller.ts';
import { withinLimit } from './requestLimit.ts';

/** What a route is given: who calls, the parsed body, and the query. */
export interface NodeRequest<Body> {
  readonly caller: Caller;
  readonly body: Body;
  readonly query: Readonly<Record<string, string>>;
}

/** What a route answers with, as text. */
export interface NodeResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type NodeRoute = (event: unknown, context: object) => Promise<NodeResponse>;

/** Bodies hold at most a dozen requests for certificates, or a report; both fit many times. */
const bodyLimitBytes = 64 * 1024;

/** Refusals of which the caller learns the kind, and no reason. The log has it. */
const statusOf: Readonly<Record<string, number>> = {
  Refused: 403,
  UnusableSigningRequest: 400,
  ZodError: 400,
  BadBody: 400,
};

class BadBody extends Error {
  override readonly name = 'BadBody';
}

/**
 * Wraps a route of the Node API. Callers that are no instance, and instances that call too often, are turned away before
 * AWS is asked anything; bodies are parsed before the route begins.
 */
export function nodeRoute<Schema extends z.ZodType>(
  schema: Schema,
  handle: (request: NodeRequest<z.output<Schema>>) => Promise<NodeResponse>,
): NodeRoute {
  const handler = middy<unknown, NodeResponse>(untilLambdaEndsIt)
    .use({
      onError: (request) => {
        const error = request.error as Error;
        const status = statusOf[error.name];
        if (status === undefined) return;
        console.warn({ refused: error.name, reason: error.message.slice(0, 500), caller: arnIn(request.event) });
        request.response = refusal(status);
      },
    })
    .handler(async (event: unknown) => {
      const received = nodeApiEvent.parse(event);
      const caller = callerOf(received);
      if (caller === undefined) return refusal(403);
      if (!withinLimit(`${caller.roleId}:${caller.instanceId}`))
        return { ...refusal(429), headers: { 'retry-after': '10' } };
      const body = schema.parse(bodyOf(received.body, received.isBase64Encoded ?? false));
      return handle({ caller, body, query: received.queryStringParameters ?? {} });
    });
  return handler as unknown as NodeRoute;
}

/** A JSON answer that is written already. */
export const jsonText = (body: string): NodeResponse => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

const reasons: Readonly<Record<number, string>> = { 400: 'Bad Request', 403: 'Forbidden', 429: 'Too Many Requests' };

const refusal = (statusCode: number): NodeResponse => ({
  ...jsonText(JSON.stringify({ message: reasons[statusCode] ?? 'Refused' })),
  statusCode,
});

function bodyOf(text: string | undefined, isBase64Encoded: boolean): unknown {
  if (text === undefined) return undefined;
  // Base64 of an allowed body is longer than the body by a third.
  if (text.length > bodyLimitBytes * 2) throw new BadBody('The body is too long.');
  const json = isBase64Encoded ? Buffer.from(text, 'base64').toString('utf8') : text;
  if (Buffer.byteLength(json) > bodyLimitBytes) throw new BadBody('The body is too long.');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new BadBody('The body is not JSON.', { cause });
  }
}

const arnIn = (event: unknown): string =>
  nodeApiEvent.safeParse(event).data?.requestContext.authorizer.iam.userArn ?? 'unknown';
