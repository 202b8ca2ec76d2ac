import { routes } from '../../local/deployment/httpApi.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf, demoSpec } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';
import { someoneWith } from './attackers.ts';
import { storedItems } from './storedItems.ts';

jest.setTimeout(240_000);

const specOf = (name: string, changes: object = {}) =>
  JSON.stringify({ ...demoSpec, metadata: { ...(demoSpec.metadata as object), name }, ...changes });

const started = (account: TestAccount) => account.engine.list({}).length;

describe('the path is the authority', () => {
  let account: TestAccount;
  let ask: (method: string, path: string, body?: string) => Promise<number>;

  /** Somebody who may create the cluster `shop` and plan any, and nothing else. */
  beforeAll(async () => {
    account = await anAccountWithCluster();
    const [apiId] = [...routes(account.world).rows()].map((route) => route.apiId);
    const route = (path: string) => `arn:aws:execute-api:us-east-1:123456789012:${apiId}/$default/${path}`;
    const principal = await someoneWith(account, {
      statements: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: [route('PUT/clusters/shop'), route('POST/clusters/*/plan')],
        },
      ],
    });
    ask = async (method, path, body = '') =>
      (await account.until(account.request({ principal, method, path, body }))).status;
  });

  test('who may create one name creates no other, not by what the spec says either', async () => {
    const before = started(account);
    expect(await ask('PUT', '/clusters/demo', specOf('demo'))).toBe(403);
    expect(await ask('PUT', '/clusters/other', specOf('other'))).toBe(403);
    expect(await ask('PUT', '/clusters/shop', specOf('other'))).toBe(400);
    expect(await ask('POST', '/clusters', specOf('shop'))).toBe(404);
    expect(started(account)).toBe(before);
  });

  test('who may plan plans, and creates nothing', async () => {
    const before = started(account);
    expect(await ask('POST', '/clusters/other/plan', specOf('other'))).toBe(200);
    expect(await ask('PUT', '/clusters/other', specOf('other'))).toBe(403);
    expect(started(account)).toBe(before);
  });

  test('an encoded path is what it says, for the right as for the route', async () => {
    const before = started(account);
    expect(await ask('PUT', '/clusters/%64emo', specOf('demo'))).toBe(403);
    expect(await ask('PUT', '/clusters/%73hop', specOf('other'))).toBe(400);
    expect(await ask('POST', '/clusters/other%2Fplan', specOf('other'))).toBe(200);
    expect(await ask('PUT', '/clusters/shop%2F..%2Fdemo', specOf('demo'))).toBe(404);
    // Decoded once: what remains encoded is part of the name.
    expect(await ask('PUT', '/clusters/%2564emo', specOf('demo'))).toBe(403);
    expect(await ask('PUT', '/clusters/%E0%A4%A', specOf('demo'))).toBe(400);
    expect(started(account)).toBe(before);
  });
});

test('no request id makes a creation of a cluster that exists: it is refused, or answered with its own run', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const before = await storedItems(account, 'clusters');
  const executions = started(account);
  const attack = specOf('demo', { spec: { ...(demoSpec.spec as object), api: { access: 'public' } } });
  for (const requestId of ['r9792243', 'another', clusterId, clusterId.replace(/^demo-/, ''), 'x'.repeat(64)]) {
    for (const takeOver of ['true', 'false']) {
      const { status } = await account.ask('PUT', '/clusters/demo', attack, { requestId, takeOver });
      expect([requestId, takeOver, status]).toEqual([requestId, takeOver, 400]);
    }
  }
  const own = await account.ask('PUT', '/clusters/demo', attack, { requestId: 'create', takeOver: 'true' });
  expect([own.status, own.body.clusterId]).toEqual([200, clusterId]);
  expect(started(account)).toBe(executions);
  expect(await storedItems(account, 'clusters')).toEqual(before);
});

test('the id of a cluster does not follow from what its creator sent', async () => {
  const ids = new Set<string>();
  for (const plans of [0, 1, 2]) {
    const account = await anEmptyAccount();
    // Each plan draws from the world's chance; all else is equal.
    for (let plan = 0; plan < plans; plan += 1)
      await account.ask('POST', '/clusters/demo/plan', JSON.stringify(demoSpec));
    const { body } = await account.ask('PUT', '/clusters/demo', JSON.stringify(demoSpec), { requestId: 'create' });
    ids.add(body.clusterId);
  }
  expect(ids.size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^demo-[b-df-hj-np-tv-xz2-9]{11}$/);
});

describe('a query', () => {
  let account: TestAccount;
  beforeAll(async () => {
    account = await anAccountWithCluster();
  });

  const other = specOf('other');
  test.each<[string, string, Record<string, string>]>([
    ['PUT', '/clusters/other', { dryRun: 'true' }],
    ['PUT', '/clusters/other', { dryrun: 'true' }],
    ['PUT', '/clusters/other', { takeOver: 'yes' }],
    ['PUT', '/clusters/other', { takeOver: '' }],
    ['PUT', '/clusters/other', { takeover: 'true' }],
    ['PUT', '/clusters/other', { requestId: 'not a name' }],
    ['PUT', '/clusters/other', { requestId: '' }],
    ['POST', '/clusters/other/plan', { dryRun: 'false' }],
    ['DELETE', '/clusters/demo', { deleteVolumes: 'True' }],
    ['DELETE', '/clusters/demo', { deletevolumes: 'true' }],
    ['POST', '/clusters/demo/protection', { protected: 'no' }],
    ['POST', '/clusters/demo/protection', {}],
    ['POST', '/clusters/demo/protection', { protected: 'false', cluster: 'other' }],
    ['GET', '/clusters', { name: 'demo' }],
    ['GET', '/clusters/demo', { verbose: 'true' }],
    ['GET', '/clusters/demo/runs', { limit: '3' }],
    ['GET', '/clusters/demo/audit', { actions: 'run-stopped' }],
    ['GET', '/clusters/demo/deletion', { deleteVolumes: 'true' }],
    ['GET', '/quotas', { code: 'L-1' }],
  ])('%s %s with %j is refused, and nothing is started', async (method, path, query) => {
    const before = started(account);
    const { status, body } = await account.ask(method, path, other, query);
    expect([status, body.error]).toEqual([400, 'InvalidRequest']);
    expect(started(account)).toBe(before);
  });
});

test.each([
  ['GET', '/clusters/%E0%A4%A', 400],
  ['GET', '/clusters/', 404],
  ['GET', `/clusters/${'x'.repeat(3000)}`, 404],
  ['GET', '/clusters/No%20Such', 404],
  ['GET', '/clusters/nosuch', 404],
  ['GET', '/clusters/nosuch/runs', 404],
  ['GET', '/clusters/nosuch/nodes', 404],
  ['GET', '/clusters/nosuch/audit', 404],
  ['GET', '/clusters/nosuch/deletion', 404],
  ['GET', '/clusters/nosuch/plan', 404],
  ['GET', '/clusters/demo/runs/nosuch', 404],
  ['GET', `/clusters/demo/runs/create-${'x'.repeat(3000)}`, 404],
  ['POST', '/clusters/nosuch/runs/create-mine/stop', 404],
  ['POST', '/clusters/nosuch/runs/create-mine/resume', 404],
  ['DELETE', '/clusters/nosuch', 404],
  ['DELETE', '/clusters/No%20Such!', 404],
  ['PUT', '/clusters/toString', 404],
  ['PATCH', '/clusters/demo', 404],
])('%s %s is answered with %d', async (method, path, expected) => {
  const account = await anAccountWithCluster();
  expect((await account.ask(method, path)).status).toBe(expected);
});
