import { AwsError } from '../../cloud/errors.ts';
import type { WireRequest } from '../message.ts';
import { type OperationSchema, requiredMembers, type ServiceSchemas } from '../schemas.ts';

/** The operation that a REST request means, and what its path says. */
export interface FoundRoute {
  readonly schema: OperationSchema;
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly schema: OperationSchema;
  readonly method: string;
  readonly segments: readonly string[];
  /** `list-type=2`, `policy`: what distinguishes operations of one path. */
  readonly literals: readonly (readonly [name: string, value: string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

/** Finds operations by method, path and what they cannot be without. `bucketInPath`: S3's paths begin with the bucket, which its schemas leave out. */
export function routesOf({ operations }: ServiceSchemas, bucketInPath: boolean): (request: WireRequest) => FoundRoute {
  const routes = [...operations.values()]
    .flatMap((schema) => routeOf(schema, bucketInPath))
    .toSorted((one, other) => weight(other) - weight(one));

  return (request) => {
    for (const route of routes) {
      const labels = fits(route, request) ? matchSegments(route.segments, segmentsOf(request.path)) : undefined;
      if (labels) return { schema: route.schema, labels };
    }
    throw new AwsError('UnknownOperationException', `No operation answers ${request.method} ${request.path}`, 404);
  };
}

/** Only shows an operation's name to a reader of URLs; clients may leave it out. */
const nameForReaders = 'x-id';

function routeOf(schema: OperationSchema, bucketInPath: boolean): Route[] {
  if (!schema.http) return [];
  const [method, pattern] = schema.http;
  const [path = '', query = ''] = pattern.split('?');
  const hasBucket = bucketInPath && !schema.input.isUnitSchema() && 'Bucket' in schema.input.getMemberSchemas();
  const required = requiredMembers(schema.input);
  const traits = schema.input.isUnitSchema()
    ? []
    : [...schema.input.structIterator()].flatMap(([name, member]) =>
        required.has(name) ? [member.getMergedTraits()] : [],
      );
  return [
    {
      schema,
      method,
      segments: [...(hasBucket ? ['{Bucket}'] : []), ...segmentsOf(path)],
      literals: [...new URLSearchParams(query)].filter(([name]) => name !== nameForReaders),
      requiredQuery: traits.flatMap(({ httpQuery }) => (httpQuery === undefined ? [] : [httpQuery])),
      requiredHeaders: traits.flatMap(({ httpHeader }) => (httpHeader === undefined ? [] : [httpHeader.toLowerCase()])),
    },
  ];
}

/** What demands most is asked first. */
const weight = ({ literals, requiredQuery, requiredHeaders, segments }: Route): number =>
  10 * (literals.length + requiredQuery.length + requiredHeaders.length) + segments.length;

function fits({ method, literals, requiredQuery, requiredHeaders }: Route, request: WireRequest): boolean {
  return (
    method === request.method &&
    literals.every(([name, value]) => request.query.get(name) === value) &&
    requiredQuery.every((name) => request.query.has(name)) &&
    requiredHeaders.every((name) => request.headers[name] !== undefined)
  );
}

const segmentsOf = (path: string): string[] => path.replace(/^\//, '').split('/');

function matchSegments(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  const trimmed = pattern.at(-1) === '' ? pattern.slice(0, -1) : pattern;
  const given = trimmed.length < path.length && path.at(-1) === '' ? path.slice(0, -1) : path;
  for (const [index, part] of trimmed.entries()) {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
    const text = greedy ? path.slice(index).join('/') : given[index];
    if (text === undefined || (name !== undefined && text === '')) return undefined;
    if (name === undefined && text !== part) return undefined;
    if (name !== undefined) labels[name] = decoded(text);
    if (greedy) return labels;
  }
  return trimmed.length === given.length ? labels : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
