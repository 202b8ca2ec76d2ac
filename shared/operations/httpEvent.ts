import * as z from 'zod';
import { InvalidRequest, NotFound } from '../errors.ts';
import { clusterName } from '../spec/texts.ts';
import { type Route, type RouteName, routes } from './routes.ts';

const httpEvent = z.object({
  version: z.literal('2.0'),
  routeKey: z.string(),
  pathParameters: z.record(z.string(), z.string()).default({}),
  queryStringParameters: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
  requestContext: z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) }),
});

/** An event of the HTTP API (payload 2.0), as far as functions read it. */
export type HttpEvent = z.output<typeof httpEvent>;

/** The event as one of the HTTP API with a caller whom IAM has verified; undefined where it came through another door. */
export function httpEventOf(event: unknown): HttpEvent | undefined {
  const parsed = httpEvent.safeParse(event);
  return parsed.success ? parsed.data : undefined;
}

/** Who signed the request. */
export const callerOf = ({ requestContext }: HttpEvent): string => requestContext.authorizer.iam.userArn;

/** The body as text, however API Gateway handed it over. */
export const bodyOf = ({ body, isBase64Encoded }: HttpEvent): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;

/** The query parameters of a route, as they are read. */
type QueryOf<Name extends RouteName> = z.output<z.ZodObject<(typeof routes)[Name]['query']>>;

/** Reads the query; what a route does not know is refused, because a misspelt option would otherwise be silently off. */
export function queryOf<Name extends RouteName>(event: HttpEvent, route: Name): QueryOf<Name> {
  const { query }: Route = routes[route];
  const known = Object.keys(query);
  const takes = known.length === 0 ? 'no query parameters' : `only ${known.join(', ')}`;
  const unknown = Object.keys(event.queryStringParameters).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new InvalidRequest(`${unknown.map(quoted).join(', ')}: ${event.routeKey} takes ${takes}.`);
  const parsed = z.object(query).safeParse(event.queryStringParameters);
  if (parsed.success) return parsed.data as QueryOf<Name>;
  throw new InvalidRequest(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'));
}

/** Refuses query parameters of a request to a route that takes none; other doors have none. */
export function refuseQuery(event: unknown, route: RouteName): void {
  const http = httpEventOf(event);
  if (http) queryOf(http, route);
}

/** The cluster that the path names. A name that no cluster can have is one that there is not. */
export function clusterNameIn({ pathParameters }: Pick<HttpEvent, 'pathParameters'>): string {
  const { name = '' } = pathParameters;
  if (clusterName.safeParse(name).success) return name;
  throw new NotFound(`There is no cluster ${quoted(name)} in this deployment.`);
}

/** What a stranger wrote, as it may be shown: one line, bounded. */
const quoted = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
