import { readFileSync } from 'node:fs';
import { roleBlueprints } from '../../shared/blueprint/roles.ts';
import { type Route, requestTo, routeKeyOf, routes } from '../../shared/operations/routes.ts';
import { aSpec, someFacts } from '../unit/spec/aSpec.ts';
import { apiPage, openApiDocument } from './apiPage.ts';

const table: readonly (readonly [string, Route])[] = Object.entries(routes);
const keysOf = (callers: Route['callers']) =>
  table.flatMap(([, route]) => (route.callers === callers ? [routeKeyOf(route)] : []));

test('docs/api.md and docs/openapi.json show every route of the table (npm run docs:api writes them)', () => {
  expect(readFileSync('docs/api.md', 'utf8').split('\n')).toEqual(apiPage().split('\n'));
  expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test('no two routes share method and path, and the pages of a route are a sentence', () => {
  expect(new Set(table.map(([, route]) => routeKeyOf(route))).size).toBe(table.length);
  for (const [name, { summary }] of table)
    expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
});

test('what machines’ roles may ask is exactly the Node API', () => {
  const spec = aSpec({ 'spec.etcd.placement': 'dedicated', 'spec.network.plugin': 'routed' });
  const asked = roleBlueprints(spec, someFacts())
    .flatMap(({ statements }) => statements)
    .filter(({ Action }) => Action.includes('execute-api:Invoke'))
    .flatMap(({ Resource }) => Resource)
    .map((arn) => arn.replace(/^.*\$default\/(\w+)\//, '$1 /'));
  expect([...new Set(asked)].sort()).toEqual(keysOf('machines').sort());
});

test('a request to a route carries its parameters in the path, encoded', () => {
  expect(requestTo('stopRun', { name: 'demo', id: 'create-abc' })).toEqual({
    method: 'POST',
    path: '/clusters/demo/runs/create-abc/stop',
  });
  expect(requestTo('getCluster', { name: 'a/b' }).path).toBe('/clusters/a%2Fb');
});

/** What operators may have policies and scripts for. Lines are added here, never taken away. */
const versionOne = [
  'GET /clusters',
  'GET /clusters/{name}',
  'PUT /clusters/{name}',
  'DELETE /clusters/{name}',
  'POST /clusters/{name}/plan',
  'GET /clusters/{name}/plan',
  'GET /clusters/{name}/export/terraform',
  'POST /clusters/{name}/protection',
  'GET /clusters/{name}/nodes',
  'POST /clusters/{name}/kubeconfig/{group}',
  'GET /clusters/{name}/audit',
  'GET /clusters/{name}/deletion',
  'GET /clusters/{name}/runs',
  'GET /clusters/{name}/runs/{id}',
  'POST /clusters/{name}/runs/{id}/resume',
  'POST /clusters/{name}/runs/{id}/stop',
  'GET /quotas',
];

test('routes of version 1 stay; what breaks with them comes below /v2', () => {
  expect(keysOf('operators')).toEqual(expect.arrayContaining(versionOne));
  expect(openApiDocument().info.version).toBe('1');
});
