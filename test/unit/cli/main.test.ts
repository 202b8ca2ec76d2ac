import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { exitCodes } from '../../../cli/exitCodes.ts';
import { kubestepProgram } from '../../../cli/program.ts';
import type { RunDescription } from '../../../shared/operations/describeRun.ts';
import { aRun, aState, at } from './aRun.ts';
import { recordedOutput } from './recordedOutput.ts';
import { type Api, ok, run } from './runCommand.ts';

const verbs = kubestepProgram(() => Promise.resolve(), '0', recordedOutput().output).commands;

/** Answers the create and then one description after the other, the last one again and again. */
function creating(...descriptions: RunDescription[]): Api {
  const left = [...descriptions];
  return ({ method, path }) => {
    if (method === 'PUT' && path === '/clusters/demo') return ok({ cluster: 'demo', runId: 'create-first' });
    if (path === '/clusters/demo/runs/create-first') return ok(left.length > 1 ? left.shift() : left[0]);
    return undefined;
  };
}

const failedRun = aRun(
  [
    aState('CreateVpc', 0, 2),
    aState('CreateSubnets', 2, undefined, {
      status: 'failed',
      failures: [{ error: 'Conflict', cause: 'overlaps', at: at(3) }],
    }),
  ],
  { status: 'FAILED', endedAt: at(3) },
);

describe('the command line', () => {
  test.each([
    [['creat'], /unknown command 'creat'.*\n.*Did you mean create\?/],
    [['get'], /Commands:\n +clusters/],
    [['get', 'pods'], /unknown command 'pods'[\s\S]*kubestep get --help/],
    [['get', 'nodes', '--target', 'aws'], /--target aws needs --endpoint/],
    [['delete'], /missing required argument 'NAME'\nkubestep delete --help/],
    [['delete', 'one', 'two'], /too many arguments for 'delete'/],
    [['create'], /required option '-f, --file <FILE>' not specified/],
    [['create', '-f', '/nowhere/cluster.yaml'], /no such file/],
    [['get', 'clusters', '-o', 'toml'], /'toml' is invalid. Allowed choices are json, yaml/],
    [['get', 'clusters', '--target', 'gcp'], /Allowed choices are local, aws/],
    [['get', 'clusters', '--speed', 'fast'], /--speed.*takes a number/],
    [['get', 'clusters', '--speed', '-5'], /--speed.*takes a number/],
    [['toString'], /unknown command 'toString'/],
    [['__proto__'], /unknown command '__proto__'/],
    [['get', 'toString'], /unknown command 'toString'/],
    [['get', 'quotas', 'extra'], /too many arguments for 'quotas'/],
    [['get', 'clusters', '--endpoint', 'garbage'], /--endpoint.*takes the https URL/],
    [['get', 'clusters', '--target', 'local', '--endpoint', 'https://a.example'], /--endpoint.*--target local/],
    [['get', 'clusters', '--world', ''], /--world.*takes a folder/],
    [['get', 'clusters', '--take-over'], /unknown option '--take-over'\nkubestep get clusters --help/],
    [['get', 'nodes', '--group', 'viewers'], /unknown option '--group'/],
    [['create', '-f', 'events/secondCluster.yaml', '--offline'], /unknown option '--offline'\nkubestep create --help/],
    [['delete', 'demo', '--cluster', 'other'], /unknown option '--cluster'/],
    [['delete', 'demo', '--delete-volume'], /unknown option '--delete-volume'\n\(Did you mean --delete-volumes\?\)/],
    [['validate', '-f', 'events/secondCluster.yaml', '--take-over', '--hours', '3'], /unknown option '--take-over'/],
    [['create', '-f', 'events/secondCluster.yaml', '-f', 'events/createCluster.json'], /--file is given twice/],
    [['create', '-f', 'events'], /is a folder/],
    [['create', '-f', 'events/deleteCluster.json'], /asks for "deleteCluster"/],
    [['get', 'clusters', '--colour'], /--colour/],
    [['describe', 'pod', 'demo'], /unknown command 'pod'/],
    [['watch', '--timeout', 'soon'], /--timeout.*takes a duration/],
    [['resume', '--timeout', '0s'], /--timeout.*takes a duration/],
    [
      ['delete', 'demo', '--no-wait', '--timeout', '5m'],
      /--no-wait.*cannot be used with|cannot be used with.*--no-wait/,
    ],
    [['help', 'creat'], /no "creat" in kubestep, which has validate/],
  ])('%j is refused with what is allowed', async (argv, message) => {
    const { code, errorText, requests } = await run(argv);
    expect(code).toBe(exitCodes.invalid);
    expect(errorText).toMatch(message);
    expect(errorText).not.toContain('    at ');
    expect(requests).toEqual([]);
  });

  test('every way to the help of the command lists the verbs and the exit codes', async () => {
    const texts = await Promise.all([['--help'], ['help']].map((argv) => run(argv)));
    for (const { code, text } of texts) {
      expect(code).toBe(exitCodes.done);
      for (const verb of verbs) expect(text).toMatch(new RegExp(`^  ${verb.name()} `, 'm'));
      for (const exitCode of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^ +${exitCode} +\\w`, 'm'));
    }
  });

  const paths = verbs.flatMap((verb) => [
    [verb.name()],
    ...verb.commands.map((nested) => [verb.name(), nested.name()]),
  ]);

  test.each(paths.map((path) => [path.join(' '), path] as const))(
    'help of %s shows its own options and an example, and touches nothing',
    async (_, path) => {
      const { code, text, requests } = await run([...path, '--help']);
      expect(code).toBe(exitCodes.done);
      expect(text).toContain(`Usage: kubestep ${path.join(' ')}`);
      expect(text).toMatch(/^Examples:\n {2}(eval "\$\()?kubestep /m);
      expect((await run(['help', ...path])).text).toBe(text);
      expect(requests).toEqual([]);
    },
  );

  test('an option is in the help of the verbs that take it, and in no other', async () => {
    const isShownBy = async (option: string) => {
      const texts = await Promise.all(
        paths.map(async (path) => ({ path, text: (await run([...path, '--help'])).text })),
      );
      return texts.filter(({ text }) => text.includes(option)).map(({ path }) => path.join(' '));
    };
    expect(await isShownBy('--take-over')).toEqual(['create', 'reconfigure', 'delete']);
    expect(await isShownBy('--offline')).toEqual(['validate']);
    expect(await isShownBy('--group')).toEqual(['get kubeconfig']);
  });

  test.each([['--version'], ['-v'], ['version']])('%s says the version of the package', async (word) => {
    const { code, text } = await run([word]);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(code).toBe(exitCodes.done);
    expect(text).toContain(`kubestep ${version}`);
  });

  test('no verb at all is a mistake that is answered with the help', async () => {
    const { code, errorText } = await run([]);
    expect(code).toBe(exitCodes.invalid);
    expect(errorText).toContain('Usage');
  });
});

describe('what the API says', () => {
  test.each([
    [400, exitCodes.invalid],
    [403, exitCodes.unreachable],
    [404, exitCodes.notFound],
    [409, exitCodes.locked],
    [500, exitCodes.defect],
  ])('status %d ends the command with %d and without a stack', async (status, expected) => {
    const { code, errorText } = await run(['delete', 'demo'], () => ({ status, body: { message: 'what it said' } }));
    expect(code).toBe(expected);
    expect(errorText).toContain('what it said');
    expect(errorText).not.toContain('    at ');
  });

  test('a defect shows its stack only where it is asked for', async () => {
    const broken: Api = () => {
      throw new TypeError('undefined is not a function');
    };
    const quiet = await run(['get', 'clusters'], broken);
    expect(quiet.code).toBe(exitCodes.defect);
    expect(quiet.errorText).toContain('--debug');
    expect(quiet.errorText).not.toContain('    at ');
    expect((await run(['get', 'clusters', '--debug'], broken)).errorText).toContain('    at ');
  });
});

describe('a run', () => {
  test('that fails ends the command with 1, names the state, the cause and the way on', async () => {
    const { code, text } = await run(['create', '-f', 'events/createCluster.json'], creating(failedRun));
    expect(code).toBe(exitCodes.runFailed);
    expect(text).toContain('CreateSubnets: Conflict: overlaps');
    expect(text).toContain('kubestep resume create-first');
  });

  test.each([
    [['create', '-f', 'events/createCluster.json']],
    [['watch', 'create-first', '--cluster', 'demo']],
    [['resume', 'create-first', '--cluster', 'demo']],
  ])('that takes longer than --timeout of %j continues, and the command says how to see it again', async (argv) => {
    const { code, errorText, requests } = await run([...argv, '--timeout', '1ms'], creating(aRun([])));
    expect(code).toBe(exitCodes.timedOut);
    expect(errorText).toContain('kubestep watch create-first --cluster demo');
    expect(requests.filter(({ path }) => path.endsWith('/stop'))).toEqual([]);
  });

  test('that ends within --timeout ends the command as without it', async () => {
    const { code } = await run(
      ['watch', 'create-first', '--cluster', 'demo', '--timeout', '1h30m'],
      creating(failedRun),
    );
    expect(code).toBe(exitCodes.runFailed);
  });

  test('is asked for with the spec that the sample input holds', async () => {
    const { requests } = await run(['create', '-f', 'events/createCluster.json', '--take-over'], creating(failedRun));
    const [, create] = requests;
    expect(create).toMatchObject({
      method: 'PUT',
      path: '/clusters/demo',
      query: { takeOver: 'true', requestId: expect.any(String) },
    });
    expect(create?.body).toContain('kind: Cluster');
    expect(create?.body).not.toContain('operation');
  });

  test('waits until a lock can be taken over, and asks again', async () => {
    const held = { error: 'LockHeld', message: 'It can be taken over in 0 s.', retryAfterSeconds: 0 };
    const start = creating(failedRun);
    let refusals = 1;
    const { requests, text } = await run(['create', '-f', 'events/createCluster.json', '--take-over'], (request) => {
      if (request.method === 'PUT' && refusals-- > 0) return { status: 409, body: held };
      return start(request);
    });
    expect(requests.filter(({ method }) => method === 'PUT')).toHaveLength(2);
    expect(text).toContain('It can be taken over in 0 s. Waiting for that.');
  });

  test('gives nothing but JSON on standard output where that was asked for', async () => {
    const { lines, errors } = await run(
      ['create', '-f', 'events/createCluster.json', '-o', 'json'],
      creating(failedRun),
    );
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ status: 'FAILED' });
    expect(errors).toEqual([]);
  });

  test.each<[string, Api, string]>([
    ['refused', () => undefined, 'notFound'],
    ['not over in time', creating(aRun([aState('CreateVpc', 0, undefined)])), 'timedOut'],
  ])('that is %s leaves nothing but the error as JSON on standard error', async (_, api, code) => {
    const words = ['create', '-f', 'events/createCluster.json', '--timeout', '1ms', '-o', 'json'];
    const { lines, errorText } = await run(words, api);
    expect(lines).toEqual([]);
    expect(JSON.parse(errorText)).toMatchObject({ error: { code } });
  });

  test('writes nothing but its answer as YAML, and is silent while it waits for a lock', async () => {
    const held = { error: 'LockHeld', message: 'It can be taken over in 0 s.', retryAfterSeconds: 0 };
    let refusals = 1;
    const words = ['create', '-f', 'events/createCluster.json', '--take-over', '-o', 'yaml'];
    const { text, errors } = await run(words, (request) => {
      if (request.method === 'PUT' && refusals-- > 0) return { status: 409, body: held };
      return creating(failedRun)(request);
    });
    expect(parse(text)).toMatchObject({ status: 'FAILED' });
    expect(errors).toEqual([]);
  });

  test('prints each change once, as lines, without a terminal', async () => {
    const waiting = (cause: string) =>
      aRun([aState('AwaitNatGateways', 0, undefined, { failures: [{ error: 'NotReady', cause, at: at(1) }] })]);
    const { lines } = await run(
      ['watch', 'create-first', '--cluster', 'demo'],
      creating(waiting('a is pending'), waiting('a is pending'), waiting('b is pending'), failedRun),
    );
    const printed = lines.filter((line) => line.includes('AwaitNatGateways'));
    expect(printed).toHaveLength(2);
    expect(printed[0]).toContain('a is pending');
    expect(printed[1]).toContain('b is pending');
  });

  test('that succeeded or never got its lock is not resumed; the unfinished one is found by itself', async () => {
    const statuses: Record<string, string> = {
      'create-1': 'SUCCEEDED',
      'delete-2': 'FAILED',
      'delete-3': 'NOT_STARTED',
    };
    let resumed = '';
    const { code } = await run(['resume'], ({ method, path }) => {
      if (path === '/clusters') return ok({ clusters: [{ name: 'demo' }] });
      if (path === '/clusters/demo/runs')
        return ok({ runs: Object.keys(statuses).map((runId) => ({ runId, clusterName: 'demo' })) });
      if (path === '/clusters/demo/audit') return ok({ entries: [], earlier: 0 });
      const [, id = '', resume] = /runs\/([^/]+)(\/resume)?$/.exec(path) ?? [];
      if (resume && method === 'POST') {
        resumed = id;
        statuses[id] = 'SUCCEEDED';
        return ok({ runId: id });
      }
      const run = { ...aRun([]).run, runId: id, operation: 'deleteCluster' };
      return ok(aRun([aState('DeleteVpc', 0, 2)], { run, status: statuses[id] ?? '', endedAt: at(2) }));
    });
    expect(resumed).toBe('delete-2');
    expect(code).toBe(exitCodes.done);
  });

  test('that lost its lock to a later run does not count as one that has not ended, whatever became of the later one', async () => {
    const started: Record<string, readonly [status: string, from: number]> = {
      'create-1': ['ABORTED', 0],
      'delete-2': ['SUCCEEDED', 10],
      'create-3': ['FAILED', 20],
      'delete-4': ['ABORTED', 30],
    };
    const withRuns = (...ids: string[]): Api => {
      return ({ path }) => {
        if (path === '/clusters') return ok({ clusters: [{ name: 'demo' }] });
        if (path === '/clusters/demo/runs') return ok({ runs: ids.map((runId) => ({ runId, clusterName: 'demo' })) });
        const id = path.split('/').at(-1) ?? '';
        const [status, from] = started[id] ?? ['', 0];
        const run = { ...aRun([]).run, runId: id, operation: 'deleteCluster' };
        return ok(
          aRun([aState('DeleteVpc', from, from + 2)], { run, status, startedAt: at(from), endedAt: at(from + 2) }),
        );
      };
    };
    const watched = await run(['watch'], withRuns('create-1', 'delete-2', 'create-3', 'delete-4'));
    expect(watched.text).toContain('kubestep resume delete-4');
    const none = await run(['watch'], withRuns('create-1', 'delete-2'));
    expect(none.code).toBe(exitCodes.notFound);
    expect(none.errorText).toContain('There is no unfinished run');
  });

  test('that is stopped is continued by the command that is printed, also before its cluster is recorded', async () => {
    const stopped = aRun([], { status: 'ABORTED', endedAt: at(1) });
    const { text } = await run(['stop', 'create-first', '--cluster', 'demo'], () => ok(stopped));
    expect(text).toContain('kubestep resume create-first --cluster demo');
  });
});

test('all problems of a spec’s shape are printed without a request', async () => {
  const { code, errorText, requests } = await run(['validate', '-f', 'package.json']);
  expect(code).toBe(exitCodes.invalid);
  expect(errorText).toMatch(/found .*\n.*allowed .*\n.*remedy/);
  expect(requests).toEqual([]);
});

test('a valid spec is judged by the deployment without touching anything', async () => {
  const { code, requests } = await run(['validate', '-f', 'events/secondCluster.yaml'], () =>
    ok({ plan: {}, warnings: [] }),
  );
  expect(code).toBe(exitCodes.done);
  expect(requests).toMatchObject([{ method: 'POST', path: '/clusters/shop/plan' }]);
});

test.each(['validate', 'plan'])('%s of the spec of an existing cluster prints what it would change', async (verb) => {
  const existing = { name: 'shop', clusterId: 'shop-x7k2p', status: 'active', createdAt: at(0) };
  const changes = [
    { path: 'spec.nodeGroups[web].max', before: 3, after: 9, effect: { kind: 'sizes' }, text: 'nothing restarts' },
  ];
  const answered = () => ok({ existing, changes, warnings: [] });
  const { code, text } = await run([verb, '-f', 'events/secondCluster.yaml'], answered);
  expect(code).toBe(exitCodes.done);
  expect(text).toContain('spec.nodeGroups[web].max: 3 -> 9 (nothing restarts)');
  const json = await run([verb, '-f', 'events/secondCluster.yaml', '-o', 'json'], answered);
  expect(JSON.parse(json.text)).toMatchObject({ existing, changes });
});

test('delete asks a person for the name, and nothing is sent where it is another', async () => {
  // These credentials may delete and may not look.
  const gone: Api = ({ method }) =>
    method === 'DELETE' ? ok({ cluster: 'demo', runId: 'delete-first' }) : { status: 403, body: {} };
  const asked = (typed: string, ...options: string[]) =>
    run(['delete', 'demo', '--no-wait', ...options], gone, {}, () => Promise.resolve(typed));
  const sent = ({ requests }: Awaited<ReturnType<typeof run>>) => requests.filter(({ method }) => method === 'DELETE');
  const refused = await asked('shop');
  expect(refused.code).toBe(exitCodes.invalid);
  expect(sent(refused)).toEqual([]);
  expect(sent(await asked('demo'))).toHaveLength(1);
  expect(sent(await asked('shop', '--yes'))).toHaveLength(1);
});

test('a request has an id, the one that was given or a new one each time', async () => {
  const started: Api = ({ method }) => (method === 'PUT' ? ok({ cluster: 'shop', runId: 'create-first' }) : undefined);
  const idOf = async (...options: string[]) => {
    const argv = ['create', '-f', 'events/secondCluster.yaml', '--no-wait', ...options];
    const { requests, code } = await run(argv, started);
    expect(code).toBe(exitCodes.done);
    return requests.find(({ method }) => method === 'PUT')?.query?.requestId;
  };
  expect(await idOf('--request-id', 'release-7')).toBe('release-7');
  const [one, other] = [await idOf(), await idOf()];
  expect(one).toMatch(/^[0-9a-f]{32}$/);
  expect(other).not.toBe(one);
});

describe('an answer for programs', () => {
  const keys = { pk: 'clusters', sk: 'demo', environment: 'dev', region: 'us-east-1', kubernetesVersion: '1.36.3' };
  const record = { ...keys, name: 'demo', clusterId: 'demo-1', status: 'active', createdAt: at(0) };
  const listed: Api = ({ path }) => (path === '/clusters' ? ok({ clusters: [record] }) : undefined);

  test('has the fields of its view and none of the table', async () => {
    const [value] = JSON.parse((await run(['get', 'clusters', '-o', 'json'], listed)).text);
    expect(value).toMatchObject({ name: 'demo', clusterId: 'demo-1', status: 'active' });
    expect(value).not.toHaveProperty('pk');
    expect((await run(['get', 'cl', '-o', 'yaml'], listed)).text).toContain('- name: demo\n');
  });

  test('is names alone with -o name, and has more columns with -o wide', async () => {
    expect((await run(['get', 'cluster', 'demo', '-o', 'name'], listed)).text).toBe('cluster/demo');
    expect((await run(['get', 'clusters'], listed)).text).not.toContain('demo-1');
    expect((await run(['get', 'clusters', '-o', 'wide'], listed)).text).toContain('demo-1');
  });

  test.each([
    [['get', 'clusters', 'shop'], 'notFound'],
    [['get', 'clusters', '--colour'], 'invalid'],
  ])('of %j is an error as JSON on standard error', async (argv, code) => {
    const { lines, errorText } = await run([...argv, '-o', 'json'], listed);
    expect(lines).toEqual([]);
    expect(JSON.parse(errorText)).toMatchObject({ error: { code, message: expect.any(String) } });
  });
});
