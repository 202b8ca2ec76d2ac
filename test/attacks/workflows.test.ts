import type { CloudCall } from '../../local/cloud/cloud.ts';
import { functions, requireFunction } from '../../local/cloud/lambda/functions.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import type { RunContext } from '../../shared/runContext.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { startCreate } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';
import { attempt, denied, everything, sessionsOfFunctions, someoneWith, theRole } from './attackers.ts';
import { storedItems } from './storedItems.ts';

jest.setTimeout(120_000);

const reads = /^(Describe|Get|List|Query|Scan|BatchGet)/;

/** What functions did to the world, not what they tried. */
interface WriteLog {
  readonly observer: { after(call: CloudCall): void };
  readonly writes: string[];
}

function writeLog(): WriteLog {
  const writes: string[] = [];
  return {
    writes,
    observer: {
      after({ principal, service, operation }) {
        const isFunction = principal.kind === 'role' && principal.sessionName.startsWith('kubestep-dev-');
        if (isFunction && !reads.test(operation)) writes.push(`${principal.sessionName}: ${service}:${operation}`);
      },
    },
  };
}

/** A creation that holds its cluster's lock and stands still, before there are machines, which report by themselves. */
let halted: Snapshot;
let genuine: RunContext;
beforeAll(async () => {
  const account = await anEmptyAccount({
    faults: { strike: ({ functionName }) => (/renderBundles$/.test(functionName) ? 'die' : undefined) },
  });
  const arn = await startCreate(account);
  await account.until(account.engine.whenEnded(arn));
  const { runId } = JSON.parse(account.engine.describe(arn).input);
  const rows = await storedItems(account, 'cluster#demo');
  const lock = rows.find(({ sk }) => sk === 'lock');
  const run = rows.find(({ sk }) => sk === `run#${runId}`);
  genuine = {
    runId,
    operation: 'createCluster',
    clusterName: 'demo',
    clusterId: String(run?.clusterId),
    planHash: String(run?.planHash),
    executionArn: arn,
    fence: Number(lock?.fence),
    branch: '',
  };
  await account.clock.advance({ hours: 2 });
  halted = snapshotOf(account);
});

let log: WriteLog;
let account: TestAccount;
beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  log = writeLog();
  account = await anAccount({ from: halted, observers: [log.observer] });
});

const without = (field: keyof RunContext) => {
  const { [field]: _, ...rest } = genuine;
  return rest;
};

const otherExecution = () => genuine.executionArn.replace(/[^:]+$/, 'demo-mine');

/** Events that nobody but an attacker, or an older run, would hand to a function. */
const forgedEvents = (): Readonly<Record<string, unknown>> => ({
  nothing: null,
  'an empty object': {},
  'a list': [],
  'a text': 'createCluster',
  'a run without fields': { run: {} },
  'another execution': { run: { ...genuine, executionArn: otherExecution() } },
  'a lower fence': { run: { ...genuine, fence: genuine.fence - 1 } },
  'a higher fence': { run: { ...genuine, fence: genuine.fence + 1 } },
  'a cluster that there is not': { run: { ...genuine, clusterName: 'other', fence: 0 } },
  'a fence that is a text': { run: { ...genuine, fence: String(genuine.fence) } },
  'no execution': { run: without('executionArn') },
  'no fence': { run: without('fence') },
  'no cluster': { run: without('clusterName') },
  'a run of another execution': { clusterName: 'demo', runId: genuine.runId, executionArn: otherExecution() },
  'a run that there is not': { clusterName: 'demo', runId: 'create-mine', executionArn: genuine.executionArn },
  'an unknown run to resume': { cluster: 'demo', runId: 'create-mine' },
  'the end of another execution': {
    time: '2026-11-23T00:00:00Z',
    detail: {
      executionArn: otherExecution(),
      status: 'SUCCEEDED',
      input: JSON.stringify({ clusterName: 'demo', runId: genuine.runId }),
    },
  },
  'the end of an instance that there is not': { detail: { 'instance-id': 'i-0123456789abcdef0', state: 'terminated' } },
  'an operation for another bus': { 'detail-type': 'SomethingElse', account: '1', id: '1', detail: {} },
  'an operation that there is not': { operation: 'formatDisks', cluster: 'demo' },
  'a request without a caller': {
    version: '2.0',
    routeKey: 'DELETE /clusters/{name}',
    pathParameters: { name: 'demo' },
  },
});

test('no function writes anything for a forged event', async () => {
  const names = [...functions(account.world).rows()].map(({ name }) => name);
  const tried: string[] = [];
  const written: string[] = [];
  for (const name of names) {
    for (const [what, event] of Object.entries(forgedEvents())) {
      log.writes.length = 0;
      await account.until(account.runtime.invoke(requireFunction(account.world, name), event));
      tried.push(`${name} ${what}`);
      written.push(...log.writes.map((write) => `${what}: ${write}`));
    }
  }
  expect(names.length).toBeGreaterThan(60);
  expect(written).toEqual([]);
  console.log(`forged events: ${tried.length} tried on ${names.length} functions`);
});

test('the genuine run is let in: the forged ones fail for what was forged', async () => {
  const row = requireFunction(account.world, 'kubestep-dev-createVpc');
  expect(await account.until(account.runtime.invoke(row, { run: genuine, attempt: 1 }))).not.toHaveProperty(
    'functionError',
  );
});

describe('an execution that somebody starts by hand', () => {
  const start = async (input: object) => {
    const stateMachineArn = `arn:aws:states:us-east-1:123456789012:stateMachine:kubestep-dev-deleteCluster`;
    const { executionArn } = await callAws<{ executionArn: string }>(account, 'states:StartExecution', {
      stateMachineArn,
      name: 'mine',
      input: JSON.stringify(input),
    });
    return account.until(account.engine.whenEnded(executionArn));
  };

  test.each([
    ['a run that was never requested', () => ({ clusterName: 'demo', runId: 'delete-mine' })],
    ['the run of another execution', () => ({ clusterName: 'demo', runId: genuine.runId })],
    ['the context of a genuine run', () => ({ ...genuine, runId: 'delete-mine', run: genuine })],
    ['nothing', () => ({})],
  ])('with %s fails, and writes nothing', async (_, input) => {
    const execution = await start(input());
    expect(execution.status).toBe('FAILED');
    await account.clock.advance({ minutes: 5 });
    expect(log.writes).toEqual([]);
  });
});

describe('events', () => {
  const deletion = (EventBusName: string | undefined, Source = 'kubestep') => ({
    Entries: [
      {
        ...(EventBusName && { EventBusName }),
        Source,
        DetailType: 'OperationRequested',
        Detail: JSON.stringify({ operation: 'deleteCluster', cluster: 'demo', takeOver: true }),
      },
    ],
  });
  const bus = 'kubestep-dev-operations';

  test('that ask for an operation on the default bus reach nobody', async () => {
    await callAws(account, 'events:PutEvents', deletion(undefined));
    await account.clock.advance({ minutes: 5 });
    expect(log.writes).toEqual([]);
  });

  test('on the default bus cannot pretend to come from Step Functions or EC2', async () => {
    for (const source of ['aws.states', 'aws.ec2']) {
      const { Entries } = await callAws<{ Entries: { ErrorCode?: string }[] }>(
        account,
        'events:PutEvents',
        deletion(undefined, source),
      );
      expect(Entries.map(({ ErrorCode }) => ErrorCode)).toEqual(['NotAuthorizedForSourceException']);
    }
  });

  test('on the operations bus are denied to the administrator, to a caller who may do everything and to every function', async () => {
    const callers = [
      administratorOf(account.world),
      await someoneWith(account, { statements: everything }),
      ...sessionsOfFunctions(account),
    ];
    for (const caller of callers)
      expect(denied).toContain(await attempt(account, caller, 'events:PutEvents', deletion(bus)));
    await account.clock.advance({ minutes: 5 });
    expect(log.writes).toEqual([]);
  });

  test('on the operations bus by the schedules’ role are heard: the others are refused for who they are', async () => {
    const { arn, roleId } = theRole(account, /^kubestep-dev-us-east-1-ScheduleRole$/);
    const schedule = { kind: 'role', roleArn: arn, roleId, sessionName: 'schedule' } as const;
    expect(await attempt(account, schedule, 'events:PutEvents', deletion(bus))).toBe('allowed');
    await account.clock.advance({ minutes: 1 });
    expect(log.writes.length).toBeGreaterThan(0);
  });
});

describe('somebody who may read one cluster', () => {
  const route = (method: string, path: string) =>
    `arn:aws:execute-api:us-east-1:123456789012:${[...account.world.tables.table<{ apiId: string }>('apigateway.routes').rows()][0]?.apiId}/$default/${method}${path}`;

  test('is refused another cluster, any change, and any name that only looks like it', async () => {
    account = await anAccountWithCluster();
    const viewer = await someoneWith(account, {
      statements: [
        {
          Effect: 'Allow',
          Action: 'execute-api:Invoke',
          Resource: [route('GET', '/clusters/demo'), route('GET', '/clusters/demo/*')],
        },
      ],
    });
    const ask = async (method: string, path: string) =>
      (await account.until(account.request({ principal: viewer, method, path }))).status;
    expect(await ask('GET', '/clusters/demo')).toBe(200);
    expect(await ask('GET', '/clusters/demo/runs')).toBe(200);
    for (const [method, path] of [
      ['GET', '/clusters'],
      ['GET', '/clusters/other'],
      ['GET', '/clusters/demo2'],
      ['DELETE', '/clusters/demo'],
      ['PUT', '/clusters/demo'],
      ['PUT', '/clusters/other'],
      ['POST', '/clusters/demo/plan'],
      ['POST', `/clusters/demo/runs/${genuine.runId}/stop`],
      ['POST', `/clusters/demo/runs/${genuine.runId}/resume`],
    ] as const) {
      expect([method, path, await ask(method, path)]).toEqual([method, path, 403]);
    }
  });

  test('learns nothing without credentials', async () => {
    for (const { routeKey } of account.world.tables.table<{ routeKey: string }>('apigateway.routes').rows()) {
      const [method = '', path = ''] = routeKey.split(' ');
      const answer = await account.until(
        account.request({ principal: undefined, method, path: path.replaceAll(/\{\w+\}/g, 'demo') }),
      );
      expect([routeKey, answer.status]).toEqual([routeKey, 403]);
    }
  });
});
