import type { Cloud } from '../cloud/cloud.ts';
import { AwsError } from '../cloud/errors.ts';
import { assumeRole } from '../cloud/iam/assumeRole.ts';
import { explainDenial } from '../cloud/iam/authorize.ts';
import { type Principal, sessionArn } from '../cloud/principal.ts';
import { isConnectionReset } from '../cloud/serviceFailures.ts';
import { tableOf, type World } from '../cloud/world.ts';

/** A route of the stack's HTTP API: `POST /clusters/{name}/runs/{id}/resume`. */
export interface RouteRow {
  readonly apiId: string;
  readonly routeKey: string;
  readonly functionArn: string;
  /** The role by which API Gateway invokes the function. */
  readonly credentialsArn: string;
  readonly authorized: boolean;
}

export const routes = tableOf<RouteRow>('apigateway.routes');

/** The one stage by which an API is published, by the API's id. */
export const stages = tableOf<{ readonly stageName: '$default' }>('apigateway.stages');

export interface HttpRequest {
  readonly principal: Principal | undefined;
  readonly method: string;
  /** Without query: `/clusters/demo` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly sourceAddress?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/**
 * API Gateway's HTTP API: finds the route, authorises by IAM, hands the function an event of payload version 2.0. A function
 * that it may not invoke, or that is gone, is its own failure: 500.
 */
export async function requestHttpApi(cloud: Cloud, request: HttpRequest): Promise<HttpResponse> {
  const path = decoded(request.path);
  if (path === undefined) return { status: 400, body: '{"message":"Bad Request"}' };
  return requestDecoded(cloud, { ...request, path });
}

/**
 * An HTTP API decodes a path once, before anything else: routes, IAM and `rawPath` see `/` for `%2F`, unlike those of REST APIs
 * and function URLs (source: captures of live requests in hotsock/voker#8 and middleapi/standard-server#93).
 */
function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

async function requestDecoded(cloud: Cloud, request: HttpRequest): Promise<HttpResponse> {
  const found = findRoute(cloud.world, request.method, request.path);
  if (!found) return { status: 404, body: '{"message":"Not Found"}' };
  const { route, pathParameters } = found;
  if (route.authorized && !mayInvoke(cloud.world, route, request))
    return { status: 403, body: '{"message":"Forbidden"}' };

  const answer = await invoke(cloud, route, eventOf(cloud.world, route, pathParameters, request));
  if (answer === undefined) return { status: 500, body: '{"message":"Internal Server Error"}' };
  const { statusCode = 200, body = '' } = answer;
  return { status: statusCode, body };
}

interface FunctionAnswer {
  readonly statusCode?: number;
  readonly body?: string;
}

/** The function's answer; undefined where it failed or cannot be invoked. */
async function invoke(cloud: Cloud, route: RouteRow, event: object): Promise<FunctionAnswer | undefined> {
  try {
    const principal = assumeRole(cloud.world, route.credentialsArn, 'HttpApi', 'apigateway.amazonaws.com');
    const input = { FunctionName: route.functionArn, Payload: Buffer.from(JSON.stringify(event)) };
    const answer = await cloud.call({ principal, service: 'lambda', operation: 'Invoke', input });
    const { FunctionError, Payload } = answer as { FunctionError?: string; Payload: Uint8Array };
    return FunctionError === undefined ? (JSON.parse(Buffer.from(Payload).toString()) as FunctionAnswer) : undefined;
  } catch (error) {
    // API Gateway has connections of its own to Lambda: one that breaks is a failed function to its caller.
    if (error instanceof AwsError || isConnectionReset(error)) return undefined;
    throw error;
  }
}

function mayInvoke(world: World, route: RouteRow, { principal, method, path }: HttpRequest): boolean {
  if (!principal) return false;
  const resource = `arn:aws:execute-api:${world.region}:${world.account}:${route.apiId}/$default/${method}${path}`;
  return explainDenial(world, principal, { action: 'execute-api:Invoke', resource }) === undefined;
}

function findRoute(world: World, method: string, path: string) {
  for (const route of routes(world).rows()) {
    const [routeMethod, routePath = ''] = route.routeKey.split(' ');
    if (!stages(world).has(route.apiId)) continue;
    const pathParameters = routeMethod === method ? matchPath(routePath, path) : undefined;
    if (pathParameters) return { route, pathParameters };
  }
  return undefined;
}

/** The parameters of `/clusters/{name}` in `/clusters/demo`; undefined where the path is another. */
function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/');
  const actual = path.split('/');
  if (expected.length !== actual.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = actual[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

function eventOf(world: World, route: RouteRow, pathParameters: Record<string, string>, request: HttpRequest) {
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: request.path,
    rawQueryString: new URLSearchParams(request.query).toString(),
    headers: {},
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(request.query && { queryStringParameters: request.query }),
    ...(request.body !== undefined && { body: request.body }),
    isBase64Encoded: false,
    requestContext: {
      accountId: world.account,
      apiId: route.apiId,
      stage: '$default',
      requestId: world.random.hex(16),
      timeEpoch: world.clock.now(),
      routeKey: route.routeKey,
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceAddress ?? '127.0.0.1',
        userAgent: '',
      },
      ...(request.principal && { authorizer: { iam: callerOf(world, request.principal) } }),
    },
  };
}

/** What API Gateway passes on about a caller that it authorised by IAM. */
function callerOf(world: World, principal: Principal) {
  const common = { accessKey: 'ASIA', accountId: world.account, cognitoIdentity: null, principalOrgId: null };
  if (principal.kind === 'role') {
    const id = `${principal.roleId}:${principal.sessionName}`;
    return { ...common, callerId: id, userId: id, userArn: sessionArn(principal) };
  }
  const arn = principal.kind === 'administrator' ? principal.arn : principal.service;
  return { ...common, callerId: 'AIDAOPERATOR', userId: 'AIDAOPERATOR', userArn: arn };
}
