import * as z from 'zod';
import { InvalidRequest } from '../errors.ts';
import { callerOf, type HttpEvent, httpEventOf } from './httpEvent.ts';
import type { OperationRequest } from './operation.ts';
import { type OperationName, operationOf, operations } from './operations.ts';
import { type RouteName, routeKeyOf, routes } from './routes.ts';

const operationNames = Object.keys(operations) as OperationName[];

const namedRequest = z.looseObject({ operation: z.enum(operationNames) });

const busEvent = z.object({
  'detail-type': z.literal('OperationRequested'),
  account: z.string(),
  id: z.string(),
  detail: z.unknown(),
});

/** A request with who made it and how its answer travels. */
export interface ReceivedRequest {
  readonly operation: OperationName;
  /** As the operation reads it. */
  readonly request: OperationRequest;
  readonly requestedBy: string;
  readonly over: 'http' | 'event' | 'invocation';
}

/** Reads a request from whichever door it came through: the HTTP API, the operations bus, or a plain invocation. */
export function receiveRequest(event: unknown): ReceivedRequest {
  const http = httpEventOf(event);
  if (http) return { ...parse(requestOfHttp(http)), requestedBy: callerOf(http), over: 'http' };
  const bus = busEvent.safeParse(event);
  if (bus.success) {
    // An event is delivered at least once; its id makes the second delivery find the first one's run.
    const detail = { requestId: bus.data.id, ...(bus.data.detail as object) };
    return { ...parse(detail), requestedBy: `events:${bus.data.account}`, over: 'event' };
  }
  return { ...parse(event), requestedBy: 'lambda:InvokeFunction', over: 'invocation' };
}

function requestOfHttp(http: HttpEvent): object {
  for (const operation of operationNames) {
    const readers = Object.entries(operationOf(operation).routes);
    const reader = readers.find(([route]) => routeKeyOf(routes[route as RouteName]) === http.routeKey);
    if (reader) return { operation, ...reader[1](http) };
  }
  throw new InvalidRequest(`${http.routeKey} starts no operation.`);
}

function parse(event: unknown): Pick<ReceivedRequest, 'operation' | 'request'> {
  const { operation, ...rest } = accepted(namedRequest, event);
  return { operation, request: accepted(operationOf(operation).request, rest) };
}

function accepted<Request>(schema: z.ZodType<Request>, request: unknown): Request {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`);
  const examples = operationNames.map((name) => operations[name].example);
  throw new InvalidRequest(`${problems.join('\n')}\nA request looks like ${examples.join(' or ')}.`);
}
