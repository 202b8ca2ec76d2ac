import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aRun, aState, at } from './aRun.ts';
import { type Api, ok, run } from './runCommand.ts';

const deploymentOf =
  (account: string): Api =>
  ({ method, path }) => {
    if (path === '/clusters') return ok({ clusters: [], deployment: { account, region: 'eu-west-1', name: 'shop' } });
    return method === 'POST' ? ok({}) : undefined;
  };

const whereOf = async (endpoint: string, api: Api) =>
  (await run(['protect', 'demo'], api, {}, undefined, { endpoint })).lines[0];

/** The account of the model, which AWS's documentation uses for its examples. */
const modelAccount = '123456789012';

describe('a command that changes something says first', () => {
  test('that it works in a served model, where one answers on loopback', async () => {
    for (const endpoint of ['http://127.0.0.1:41234', 'http://localhost:41234', 'http://[::1]:41234']) {
      const where = await whereOf(endpoint, deploymentOf(modelAccount));
      expect(where).toBe(`Served model of AWS at ${endpoint}: nothing leaves this machine, no account is used`);
    }
  });

  test.each([
    ['https://abc.execute-api.eu-west-1.amazonaws.com', '210987654321'],
    ['https://127.0.0.1.example.com', modelAccount],
    ['http://127.0.0.1:8080', '210987654321'], // a door to a real one
  ])('which account: %s is of %s', async (endpoint, account) => {
    expect(await whereOf(endpoint, deploymentOf(account))).toBe(
      `AWS account ${account}, eu-west-1, deployment shop (${endpoint})`,
    );
  });
});

test('the last hint of a deletion is a spec that exists, seen from the folder of the reader', async () => {
  const deleted: Api = ({ method, path }) => {
    if (method === 'DELETE') return ok({ cluster: 'demo', runId: 'delete-first' });
    if (!path.endsWith('/runs/delete-first')) return undefined;
    const { run: record } = aRun([]);
    const gone = { ...record, runId: 'delete-first', operation: 'deleteCluster' as const };
    return ok(aRun([aState('DeleteVpc', 0, 2)], { run: gone, status: 'SUCCEEDED', endedAt: at(2) }));
  };
  const hintIn = async (projectRoot: string) =>
    /create -f (.*)$/.exec((await run(['delete', 'demo'], deleted, {}, undefined, { projectRoot })).text)?.[1];
  expect(await hintIn('.')).toBe('events/createCluster.json');
  const elsewhere = mkdtempSync(join(tmpdir(), 'kubestep-package-'));
  writeFileSync(join(elsewhere, 'package.json'), '{"version":"1.0.0"}');
  expect(await hintIn(elsewhere)).toBe(join(elsewhere, 'events', 'createCluster.json'));
  rmSync(elsewhere, { recursive: true });
});

describe('a next command that is printed', () => {
  const locked: Api = ({ path }) =>
    path.endsWith('/protection')
      ? ok({})
      : {
          status: 409,
          body: { message: 'Locked. Continue: kubestep resume create-1 --cluster demo; or kubestep get runs demo' },
        };
  const endpoint = 'https://abc.execute-api.eu-west-1.amazonaws.com';

  test('works in the place that was named, also where the API wrote it', async () => {
    const { text } = await run(['protect', 'demo', '--endpoint', endpoint], locked);
    expect(text).toContain(`Lift it again: kubestep protect --endpoint ${endpoint} demo --off`);
    const { errorText } = await run(['stop', 'create-1', '--cluster', 'demo', '--endpoint', endpoint], locked);
    expect(errorText).toContain(`kubestep resume --endpoint ${endpoint} create-1 --cluster demo`);
    expect(errorText).toContain(`kubestep get runs --endpoint ${endpoint} demo`);
  });

  test('is as it was where no place was named, where it names one itself, and in data', async () => {
    const environment = { KUBESTEP_ENDPOINT: endpoint };
    const { text } = await run(['protect', 'demo'], locked, environment);
    expect(text).toContain('kubestep protect demo --off');
    const own = 'kubestep get nodes demo --world /w';
    const named: Api = () => ({ status: 409, body: { message: own } });
    expect((await run(['stop', 'create-1', '--cluster', 'demo', '--endpoint', endpoint], named)).errorText).toContain(
      own,
    );
    const json = await run(['stop', 'create-1', '--cluster', 'demo', '--endpoint', endpoint, '-o', 'json'], locked);
    expect(JSON.parse(json.errorText).error.message).toContain('kubestep resume create-1');
  });
});
