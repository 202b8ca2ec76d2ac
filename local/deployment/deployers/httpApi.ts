import type { Deployer } from '../deploy.ts';
import { routes } from '../httpApi.ts';

export const deployHttpApi: Deployer = async (resource, cloud) => {
  const apiId = resource.existing?.ref ?? cloud.world.random.hex(10);
  return {
    ref: apiId,
    attributes: { ApiEndpoint: `https://${apiId}.execute-api.${cloud.world.region}.amazonaws.com` },
  };
};

/** An integration's reference is the function that it hands requests to. */
export const deployIntegration: Deployer = async (resource) => ({
  ref: functionArnIn(String(resource.properties['IntegrationUri'])),
  attributes: {},
});

export const deployRoute: Deployer = async (resource, cloud) => {
  const { ApiId, RouteKey, Target, AuthorizationType } = resource.properties;
  routes(cloud.world).put(String(RouteKey), {
    apiId: String(ApiId),
    routeKey: String(RouteKey),
    functionArn: String(Target).replace(/^integrations\//, ''),
    authorized: AuthorizationType === 'AWS_IAM',
  });
  return { ref: resource.logicalId, attributes: {} };
};

/** Resources that say who may invoke what, or how an API is published, and that nothing here depends on. */
export const deployNothing: Deployer = async (resource) => ({ ref: resource.logicalId, attributes: {} });

/** API Gateway takes a function's ARN plain or inside an invocation path. */
function functionArnIn(uri: string): string {
  return /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
}
