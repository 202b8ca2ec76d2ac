import * as z from 'zod';
import type { World } from '../../cloud/world.ts';
import type { Deployer } from '../deploy.ts';
import { type RouteRow, routes, stages } from '../httpApi.ts';

/**
 * A Lambda proxy integration of an HTTP API, as an import takes it (API Gateway developer guide,
 * "x-amazon-apigateway-integration object"). What is not listed here was not tried.
 */
const integration = z.strictObject({
  type: z.literal('AWS_PROXY'),
  httpMethod: z.literal('POST'),
  uri: z.string().regex(/^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+$/),
  credentials: z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\//),
  payloadFormatVersion: z.literal('2.0'),
});

const operation = z.strictObject({
  operationId: z.string(),
  parameters: z.array(
    z.strictObject({
      name: z.string(),
      in: z.literal('path'),
      required: z.literal(true),
      schema: z.strictObject({ type: z.literal('string') }),
    }),
  ),
  responses: z.record(z.string(), z.strictObject({ description: z.string() })),
  security: z.array(z.record(z.string(), z.array(z.never()))).max(1),
  'x-amazon-apigateway-integration': integration,
});

const body = z.strictObject({
  openapi: z.string().regex(/^3\.0\.\d$/), // HTTP APIs take no other
  info: z.strictObject({ title: z.string(), version: z.string() }),
  paths: z.record(z.string(), z.partialRecord(z.enum(['get', 'put', 'post', 'delete']), operation)),
  components: z.strictObject({
    securitySchemes: z.record(
      z.string(),
      z.strictObject({
        type: z.literal('apiKey'),
        name: z.literal('Authorization'),
        in: z.literal('header'),
        'x-amazon-apigateway-authtype': z.literal('awsSigv4'),
      }),
    ),
  }),
});

/** Beside a Body CloudFormation takes neither Name nor ProtocolType: "Redundant fields". */
const httpApi = z.strictObject({ Body: body, FailOnWarnings: z.literal(true) });

/** Imports the API's document: what it holds are the routes from then on, and no others. */
export const deployHttpApi: Deployer = async (resource, { world }) => {
  const { Body } = httpApi.parse(resource.properties);
  const apiId = resource.existing?.ref ?? world.random.hex(10);
  importRoutes(world, apiId, Body);
  return { ref: apiId, attributes: { ApiEndpoint: `https://${apiId}.execute-api.${world.region}.amazonaws.com` } };
};

function importRoutes(world: World, apiId: string, { paths, components }: z.output<typeof body>): void {
  const imported = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, ...rest }]): RouteRow => {
      const { uri, credentials } = rest['x-amazon-apigateway-integration'];
      const authorized = security.some((scheme) =>
        Object.keys(scheme).some((name) => name in components.securitySchemes),
      );
      const routeKey = `${method.toUpperCase()} ${path}`;
      return { apiId, routeKey, functionArn: uri, credentialsArn: credentials, authorized };
    }),
  );
  for (const { routeKey } of [...routes(world).rows()]) routes(world).delete(routeKey);
  for (const route of imported) routes(world).put(route.routeKey, route);
}

const stage = z.object({ ApiId: z.string(), StageName: z.literal('$default'), AutoDeploy: z.literal(true) });

/** Publishes an API: what is imported is deployed at once. */
export const deployStage: Deployer = async (resource, { world }) => {
  const { ApiId, StageName } = stage.parse(resource.properties);
  stages(world).put(ApiId, { stageName: StageName });
  return { ref: StageName, attributes: {} };
};

/** Resources that say who may invoke what, or how an API is published, and that nothing here depends on. */
export const deployNothing: Deployer = async (resource) => ({ ref: resource.logicalId, attributes: {} });
