import { existsSync } from 'node:fs';
import { type Route, routeKeyOf, routes } from '../../shared/operations/routes.ts';
import { packagedStack, type Stack } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly 'x-amazon-apigateway-integration': {
    readonly uri: { readonly 'Fn::Sub': string };
    readonly credentials: unknown;
    readonly payloadFormatVersion: string;
  };
}

interface Body {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, object>> };
}

const body = () => stack.template.Resources['HttpApi']?.Properties?.['Body'] as Body;

const packaged = (): readonly (readonly [string, Operation])[] =>
  Object.entries(body().paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );

const table: readonly Route[] = Object.values(routes);

const functionArn = (name: string) =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its parameters so
  '${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:kubestep-dev-'.replace(/^/, 'arn:') + name;

test('the routes that are deployed are those of the table, each with its function', () => {
  const deployed = packaged().map(([key, operation]) => [key, operation['x-amazon-apigateway-integration'].uri]);
  const promised = table.map((route) => [routeKeyOf(route), { 'Fn::Sub': functionArn(route.function) }]);
  expect(deployed.sort()).toEqual(promised.sort());
});

test('every route of the HTTP API asks IAM who is calling', () => {
  const { securitySchemes } = body().components;
  for (const [key, { security }] of packaged()) {
    const schemes = security.flatMap(Object.keys).map((name) => securitySchemes[name]);
    expect([key, schemes]).toEqual([
      key,
      [{ type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' }],
    ]);
  }
});

test('a route is answered by a function in the folder of those who call it', () => {
  for (const { callers, function: name } of table) {
    const folder = callers === 'operators' ? 'functions/api' : 'functions/nodeApi';
    expect([name, existsSync(`${folder}/${name}.ts`)]).toEqual([name, true]);
  }
});

test('the document names every parameter of a path, as OpenAPI wants it', () => {
  for (const [key, { parameters }] of packaged()) {
    const names = [...key.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect([key, parameters.map((parameter) => parameter.name)]).toEqual([key, names]);
    expect(parameters.every((parameter) => parameter.in === 'path' && parameter.required)).toBe(true);
  }
});

test('the API invokes exactly the functions of its routes, by one role of its own', () => {
  const functions = [...new Set(table.map((route) => route.function))].sort();
  expect(stack.statements.get('HttpApiRole')).toEqual([
    {
      Sid: 'InvokeRoutes',
      Effect: 'Allow',
      Action: ['lambda:InvokeFunction'],
      Resource: functions.map((name) => ({ 'Fn::Sub': functionArn(name) })),
    },
  ]);
  for (const [, operation] of packaged()) {
    expect(operation['x-amazon-apigateway-integration']).toMatchObject({
      credentials: { 'Fn::GetAtt': ['HttpApiRole', 'Arn'] },
      payloadFormatVersion: '2.0',
    });
  }
  const permissions = stack.ofType('AWS::Lambda::Permission').map(([, { Properties }]) => Properties?.['Principal']);
  expect(new Set(permissions)).toEqual(new Set(['events.amazonaws.com']));
});

test('beside its document the API has no property that CloudFormation calls redundant', () => {
  expect(Object.keys(stack.template.Resources['HttpApi']?.Properties ?? {}).sort()).toEqual(['Body', 'FailOnWarnings']);
});
