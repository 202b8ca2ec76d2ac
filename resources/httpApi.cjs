// The HTTP API as one resource: an OpenAPI document that is made of the table of routes, so that a route and its integration
// cost the stack nothing (docs/decisions.md, "Stack"). AWS's words for it: API Gateway developer guide, "Working with OpenAPI
// definitions for HTTP APIs" and "OpenAPI extensions for API Gateway".
const { require: load } = require('tsx/cjs/api');

const { routes } = load('../shared/operations/routes.ts', __filename);

const prefix = '${self:service}-${sls:stage}';

// Literal ARNs, never !GetAtt: functions name the API, and CloudFormation refuses the cycle.
const arnOf = (name) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${prefix}-${name}`,
});

const functions = [...new Set(Object.values(routes).map((route) => route.function))].sort();

/** One operation: who is asked, and that IAM knows who asks. */
const operation = (name, route) => ({
  operationId: name,
  parameters: [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  })),
  responses: { default: { description: 'JSON' } },
  security: [{ iam: [] }],
  'x-amazon-apigateway-integration': {
    type: 'AWS_PROXY',
    httpMethod: 'POST',
    uri: arnOf(route.function),
    credentials: { 'Fn::GetAtt': ['HttpApiRole', 'Arn'] },
    payloadFormatVersion: '2.0',
  },
});

const paths = {};
for (const [name, route] of Object.entries(routes)) {
  paths[route.path] ??= {};
  paths[route.path][route.method.toLowerCase()] = operation(name, route);
}

/** What API Gateway reads. It gets no more than it uses: parameters and bodies are checked by the functions. */
const body = {
  openapi: '3.0.1',
  info: { title: '${sls:stage}-${self:service}', version: '1' },
  paths,
  components: {
    securitySchemes: {
      iam: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
  },
};

const accessLog = Object.fromEntries(
  ['requestId', 'requestTime', 'httpMethod', 'routeKey', 'status', 'protocol', 'responseLength', 'integrationErrorMessage']
    .map((field) => [field, `$context.${field}`])
    .concat([['ip', '$context.identity.sourceIp']]),
);

const endpoint = { 'Fn::Sub': 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}' };

module.exports = () => ({
  Resources: {
    // Machines know the Node API by the API's id, for as long as they live: in their user data, their bundles, their role's
    // policy. So the API outlives the stack, and a stack that is made over it again (docs/deploy.md) is the same Node API.
    HttpApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      // Beside a Body API Gateway takes no Name, ProtocolType, CorsConfiguration or Tags ("Redundant fields").
      Properties: { Body: body, FailOnWarnings: true },
    },
    HttpApiStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId: { Ref: 'HttpApi' },
        StageName: '$default',
        AutoDeploy: true,
        DefaultRouteSettings: { DetailedMetricsEnabled: true },
        AccessLogSettings: {
          DestinationArn: { 'Fn::GetAtt': ['HttpApiLogGroup', 'Arn'] },
          Format: JSON.stringify(accessLog),
        },
      },
    },
    HttpApiLogGroup: {
      Type: 'AWS::Logs::LogGroup',
      Metadata: {
        checkov: {
          skip: [{ id: 'CKV_AWS_158', comment: 'CloudWatch encrypts with a key of its own; no secret is ever logged' }],
        },
      },
      // The prefix that AWS allows by itself: other names are written into one policy of the region, which may be full.
      Properties: { LogGroupName: `/aws/vendedlogs/http-api/${prefix}`, RetentionInDays: '${self:provider.logRetentionInDays}' },
    },
    // By which the API calls functions: exactly those of the table. One role instead of a permission on each function.
    HttpApiRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        },
        Policies: [
          {
            PolicyName: 'answer',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Sid: 'InvokeRoutes',
                  Effect: 'Allow',
                  Action: ['lambda:InvokeFunction'],
                  Resource: functions.map(arnOf),
                },
              ],
            },
          },
        ],
      },
    },
  },
  Outputs: {
    HttpApiId: { Description: 'Id of the HTTP API', Value: { Ref: 'HttpApi' } },
    HttpApiUrl: { Description: 'URL of the HTTP API', Value: endpoint },
  },
});
module.exports.body = body;
