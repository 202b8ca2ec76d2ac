import * as z from 'zod';
import { type Route, routeKeyOf, routes } from '../../shared/operations/routes.ts';

const introduction = `# The HTTP API

Generated from [shared/operations/routes.ts](../shared/operations/routes.ts) by \`npm run docs:api\`; a test compares it. Do not edit it by hand.
The same as a document for tools: [openapi.json](openapi.json).

Every request is signed with Signature Version 4 for the service \`execute-api\`, and IAM judges its method and path:
\`execute-api:Invoke\` on \`arn:aws:execute-api:REGION:ACCOUNT:API/$default/METHOD/PATH\`. [operate.md](operate.md#start) shows it with curl.

Answers are JSON. A refusal has a status of 4xx and \`{ "error": …, "message": … }\`: 400 for what cannot be done, 404 for what
does not exist, 409 where another run has the cluster's lock. 403 without \`error\` is IAM's.

This is version 1, and it only grows: routes stay, parameters and fields of answers are added, none changes its meaning. What breaks
with that gets paths below \`/v2\` beside these ([decisions](decisions.md#shape)). \`GET /clusters\` names the deployment's release.
`;

const parts: readonly { readonly callers: Route['callers']; readonly title: string; readonly text: string }[] = [
  {
    callers: 'operators',
    title: 'For operators',
    text: 'A query parameter that a route does not name is refused.',
  },
  {
    callers: 'machines',
    title: 'The Node API',
    text: 'For machines of clusters only: a caller that is no instance of a cluster is refused, whatever IAM allows it.',
  },
];

const named = (): readonly [string, Route][] => Object.entries<Route>(routes);

/** The page docs/api.md. */
export function apiPage(): string {
  const sections = parts.map(({ callers, title, text }) =>
    [
      `## ${title}\n`,
      `${text}\n`,
      ...named().flatMap(([, route]) => (route.callers === callers ? [sectionOf(route)] : [])),
    ].join('\n'),
  );
  return [introduction, ...sections].join('\n');
}

function sectionOf(route: Route): string {
  const folder = route.callers === 'operators' ? 'functions/api' : 'functions/nodeApi';
  const source = `${folder}/${route.function}.ts`;
  const parameters = Object.entries(route.query).map(([name, schema]) => `- \`?${name}=\`${describe(schema)}`);
  return [
    `### \`${routeKeyOf(route)}\`\n`,
    `${route.summary} [${route.function}](../${source})\n`,
    ...(route.body ? [`Body, \`${route.body.type}\`: ${route.body.description}\n`] : []),
    ...(parameters.length > 0 ? [...parameters, ''] : []),
  ].join('\n');
}

function describe(schema: z.ZodType): string {
  const { enum: values, default: usual } = jsonSchemaOf(schema) as { enum?: readonly string[]; default?: string };
  const allowed = values ? ` ${values.map((value) => `\`${value}\``).join(' or ')}` : '';
  const unsaid = usual === undefined ? '' : `, \`${usual}\` unless said`;
  return `${allowed}${unsaid}${allowed === '' ? ' ' : ': '}${schema.description ?? ''}`;
}

/** The document docs/openapi.json. */
export const openApiDocument = () => ({
  openapi: '3.1.0',
  info: { title: 'kubestep', version: '1', description: 'The HTTP API of a deployment of kubestep.' },
  paths: Object.fromEntries(
    [...new Set(named().map(([, { path }]) => path))].map((path) => [
      path,
      Object.fromEntries(
        named()
          .filter(([, route]) => route.path === path)
          .map(([name, route]) => [route.method.toLowerCase(), operationOf(name, route)]),
      ),
    ]),
  ),
  components: {
    securitySchemes: {
      iam: { type: 'apiKey', name: 'Authorization', in: 'header', description: 'Signature Version 4' },
    },
    schemas: {
      Refusal: {
        type: 'object',
        required: ['message'],
        properties: {
          error: { type: 'string' },
          message: { type: 'string' },
          retryAfterSeconds: { type: 'number' },
        },
      },
    },
  },
});

function operationOf(name: string, route: Route) {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(route.query).map(([parameter, schema]) => {
    const { description, ...rest } = jsonSchemaOf(schema);
    return { name: parameter, in: 'query', required: !schema.safeParse(undefined).success, description, schema: rest };
  });
  return {
    operationId: name,
    tags: [route.callers],
    summary: route.summary,
    security: [{ iam: [] }],
    parameters: [...inPath, ...inQuery],
    ...(route.body && {
      requestBody: {
        required: true,
        description: route.body.description,
        content: { [route.body.type]: { schema: { type: 'string' } } },
      },
    }),
    responses: {
      200: { description: 'Done', content: { 'application/json': { schema: { type: 'object' } } } },
      '4XX': {
        description: 'Refused',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } },
      },
    },
  };
}

function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
}
