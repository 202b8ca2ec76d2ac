import { instances } from '../../local/cloud/ec2/instances.ts';
import { tagsOf } from '../../local/cloud/ec2/tags.ts';
import { attachmentOf, volumes } from '../../local/cloud/ec2/volumes.ts';
import { disturbDelivery } from '../../local/cloud/eventBridge/delivery.ts';
import { assumeRole } from '../../local/cloud/iam/assumeRole.ts';
import type { Principal } from '../../local/cloud/principal.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { etcdDisks, machines } from '../../local/machines/simulated/machineRows.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { aKeyPair, aSigningRequest } from '../support/authorities.ts';
import { type CallLog, callLog } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startCreate } from '../support/runs.ts';
import { anAccountWithCluster, anEmptyAccount } from '../support/standingCluster.ts';
import { machineSession, policy, someoneWith, theRole } from './attackers.ts';
import { putItem, storedItems } from './storedItems.ts';

jest.setTimeout(120_000);

let log: CallLog;
let account: TestAccount;
let clusterId: string;
beforeEach(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  log = callLog();
  account = await anAccountWithCluster({ observers: [log.observer] });
  clusterId = await clusterIdOf(account);
});

const roleOf = (role: string) => new RegExp(`^${clusterId}-.*-${role}$`);
const as = (role: string, instanceId: string) => machineSession(account, roleOf(role), instanceId);

const machinesOf = (role: string): string[] =>
  [...instances(account.world).rows()]
    .filter(({ instanceProfile }) => instanceProfile?.arn.endsWith(`-${role}`))
    .map(({ instanceId }) => instanceId);

const first = (ids: readonly string[]): string => ids[0] ?? 'none';

const request = (principal: Principal, method: string, path: string, body?: object) =>
  account.until(account.request({ principal, method, path, ...(body && { body: JSON.stringify(body) }) }));

const certificates = (...profiles: string[]) => ({
  requests: profiles.map((profile) => ({ profile, csr: aSigningRequest(aKeyPair().privateKey) })),
});

/** Every route, as a machine of this role would ask. */
async function statusesFor(principal: Principal): Promise<number[]> {
  const asked = [
    await request(principal, 'GET', '/node/bundle'),
    await request(principal, 'POST', '/node/report', { phase: 'node-ready', outcome: 'done' }),
    await request(principal, 'POST', '/node/certificates', certificates('kubelet-client')),
  ];
  return asked.map(({ status }) => status);
}

const refusedThrice = [403, 403, 403];

async function nothingFor(principal: Principal): Promise<void> {
  log.clear();
  expect(await statusesFor(principal)).toEqual(refusedThrice);
  expect(log.calls.filter(({ operation }) => operation === 'Sign')).toEqual([]);
}

interface Launched {
  readonly Instances: readonly { readonly InstanceId: string }[];
}

/** An instance that somebody launches who may launch instances. */
async function launched(input: Record<string, unknown>): Promise<string> {
  const { Instances } = await callAws<Launched>(account, 'ec2:RunInstances', { MinCount: 1, MaxCount: 1, ...input });
  await account.clock.advance({ minutes: 3 });
  return Instances[0]?.InstanceId ?? 'none';
}

const likeWorker = () => {
  const worker = instances(account.world).get(first(machinesOf('worker')));
  if (!worker) throw new Error('there is no worker');
  return { ImageId: worker.imageId, InstanceType: 'm7g.large', SubnetId: worker.subnetId, UserData: worker.userData };
};

test('machines of the cluster are answered: what follows fails for who asks', async () => {
  expect((await request(as('worker', first(machinesOf('worker'))), 'GET', '/node/bundle')).status).toBe(200);
  expect((await request(as('master', first(machinesOf('master'))), 'GET', '/node/bundle')).status).toBe(200);
});

describe('403, and no signature, for', () => {
  test('an instance with a worker’s profile, image, user data and tags that no group launched', async () => {
    const worker = first(machinesOf('worker'));
    const Tags = Object.entries(tagsOf(account.world, worker))
      .filter(([Key]) => !Key.startsWith('aws:'))
      .map(([Key, Value]) => ({ Key, Value }));
    const copy = await launched({
      ...likeWorker(),
      IamInstanceProfile: { Name: theRole(account, roleOf('worker')).roleName },
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    });
    await nothingFor(as('worker', copy));
  });

  test('an instance with a master’s profile that carries every tag of master-0', async () => {
    const copy = await launched({
      ...likeWorker(),
      IamInstanceProfile: { Name: theRole(account, roleOf('master')).roleName },
    });
    const Tags = Object.entries(tagsOf(account.world, first(machinesOf('master')))).map(([Key, Value]) => ({
      Key,
      Value,
    }));
    await callAws(account, 'ec2:CreateTags', { Resources: [copy], Tags });
    await nothingFor(as('master', copy));
  });

  test('a worker that was given the profile of masters', async () => {
    await nothingFor(as('master', first(machinesOf('worker'))));
  });

  test('a master that was given the profile of workers', async () => {
    await nothingFor(as('worker', first(machinesOf('master'))));
  });

  test('a machine whose tags alone say that it is a master', async () => {
    const worker = first(machinesOf('worker'));
    const Tags = [{ Key: 'kubestep/resource', Value: 'instance/master-0' }];
    await callAws(account, 'ec2:CreateTags', { Resources: [worker], Tags });
    log.clear();
    const { status } = await request(
      as('worker', worker),
      'POST',
      '/node/certificates',
      certificates('kube-apiserver-server'),
    );
    expect(status).toBe(403);
    expect(log.calls.filter(({ operation }) => operation === 'Sign')).toEqual([]);
  });

  test('an instance that does not exist', async () => {
    await nothingFor(as('worker', 'i-0123456789abcdef0'));
  });

  test('a role of another path whose name is a worker’s', async () => {
    const { roleName } = theRole(account, roleOf('worker'));
    const impostor = await someoneWith(account, {
      name: roleName.replace(clusterId, 'demo-other'),
      statements: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
    });
    await nothingFor({ ...impostor, sessionName: first(machinesOf('worker')) });
  });

  test('a machine whose role somebody let others assume too: its session’s name proves nothing any more', async () => {
    const master = first(machinesOf('master'));
    const session = as('master', master);
    expect((await request(session, 'GET', '/node/bundle')).status).toBe(200);
    const services = ['ec2.amazonaws.com', 'lambda.amazonaws.com'];
    await callAws(account, 'iam:UpdateAssumeRolePolicy', {
      RoleName: theRole(account, roleOf('master')).roleName,
      PolicyDocument: policy([{ Effect: 'Allow', Principal: { Service: services }, Action: 'sts:AssumeRole' }]),
    });
    // What was established before counts for ten minutes.
    await account.clock.advance({ minutes: 11 });
    await nothingFor(session);
    const { arn } = theRole(account, roleOf('master'));
    await nothingFor(assumeRole(account.world, arn, master, 'lambda.amazonaws.com'));
  });

  test('a person who may invoke the API', async () => {
    await nothingFor(administratorOf(account.world));
  });
});

test('a terminated machine whose credentials live on gets no certificate', async () => {
  const worker = first(machinesOf('worker'));
  const session = as('worker', worker);
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [worker] });
  await account.clock.advance({ minutes: 2 });
  log.clear();
  const { status } = await request(session, 'POST', '/node/certificates', certificates('kubelet-client'));
  expect(status).toBe(403);
  expect(log.calls.filter(({ operation }) => operation === 'Sign')).toEqual([]);
});

describe('a terminated machine', () => {
  async function everyRoute(session: Principal): Promise<number[]> {
    const asked = [
      ['GET', '/node/bundle'],
      ['GET', '/node/etcd'],
      ['POST', '/node/report', { phase: 'node-ready', outcome: 'failed' }],
      ['POST', '/node/certificates', certificates('kubelet-client')],
      ['POST', '/node/pod-range'],
    ] as const;
    const statuses: number[] = [];
    for (const [method, path, body] of asked) statuses.push((await request(session, method, path, body)).status);
    return statuses;
  }
  const known = async (instanceId: string) => ({
    rows: await storedItems(account, `machine#${instanceId}`),
    reports: (await storedItems(account, `reports#${clusterId}`)).filter(
      (row) => row.sk.startsWith('phase#') && row.instanceId === instanceId,
    ),
  });
  const nodes = async (): Promise<string[]> =>
    (await account.ask('GET', '/clusters/demo/nodes')).body.nodes.map((one: NodeView) => one.instanceId);

  test.each(['worker', 'master'])('gets no more answers and is forgotten: a %s', async (role) => {
    const instanceId = first(machinesOf(role));
    const session = as(role, instanceId);
    expect((await request(session, 'GET', '/node/bundle')).status).toBe(200);
    expect(await nodes()).toContain(instanceId);
    await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [instanceId] });
    await account.clock.advance({ minutes: 3 });
    expect(await everyRoute(session)).toEqual([403, 403, 403, 403, 403]);
    expect(await known(instanceId)).toEqual({ rows: [], reports: [] });
    expect(await nodes()).not.toContain(instanceId);
  });

  test('gets no more answers and is shown to nobody when its event was lost', async () => {
    disturbDelivery(account.world, () => []);
    const instanceId = first(machinesOf('worker'));
    const session = as('worker', instanceId);
    expect((await request(session, 'GET', '/node/bundle')).status).toBe(200);
    await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [instanceId] });
    await account.clock.advance({ minutes: 11 });
    expect(await everyRoute(session)).toEqual([403, 403, 403, 403, 403]);
    expect(await nodes()).not.toContain(instanceId);
  });

  test('is not forgotten for an event that somebody invented', async () => {
    const instanceId = first(machinesOf('worker'));
    const before = await known(instanceId);
    await callAws(account, 'lambda:Invoke', {
      FunctionName: 'kubestep-dev-forgetMachine',
      Payload: Buffer.from(JSON.stringify({ detail: { 'instance-id': instanceId, state: 'terminated' } })),
    });
    expect(await known(instanceId)).toEqual(before);
    expect(before.rows.length).toBeGreaterThan(0);
  });
});

test('an etcd member that comes back with an empty disk is refused, says so, and takes no vote', async () => {
  const [instanceId = ''] = machinesOf('master');
  etcdDisks(account.world).delete(volumeOf(instanceId));
  await callAws(account, 'ec2:RebootInstances', { InstanceIds: [instanceId] });
  await account.clock.advance({ minutes: 10 });
  expect(machines(account.world).get(instanceId)?.etcdSince).toBeUndefined();
  expect(machines(account.world).get(instanceId)?.waitsFor).toContain('EtcdVolumeEmpty');
  expect(etcdDisks(account.world).has(volumeOf(instanceId))).toBe(false);
});

const volumeOf = (instanceId: string): string =>
  [...volumes(account.world).rows()].find((volume) => {
    const attachment = attachmentOf(account.world, volume);
    return attachment?.instanceId === instanceId && !attachment.deleteOnTermination;
  })?.volumeId ?? 'none';

test('each machine of a slot is shown with it, and each of a group with that', async () => {
  const { nodes } = (await account.ask('GET', '/clusters/demo/nodes')).body as { nodes: readonly NodeView[] };
  expect(nodes.map(({ role, slot, group }) => [role, slot, group])).toEqual([
    ...[0, 1, 2].map((index) => ['master', `master-${index}`, undefined]),
    ...[0, 1, 2].map(() => ['worker', undefined, 'workers']),
  ]);
});

test('a second key asked for with a machine’s credentials is shown where people look at machines', async () => {
  const worker = first(machinesOf('worker'));
  await request(as('worker', worker), 'POST', '/node/certificates', certificates('kubelet-client'));
  const { nodes } = (await account.ask('GET', '/clusters/demo/nodes')).body as { nodes: readonly NodeView[] };
  expect(nodes.filter(({ alarm }) => alarm !== undefined).map(({ instanceId }) => instanceId)).toEqual([worker]);
});

describe('a report', () => {
  const reports = () => storedItems(account, `reports#${clusterId}`);
  const worker = () => as('worker', first(machinesOf('worker')));

  test.each([
    ['of a master’s phase by a worker', 403, { phase: 'etcd-serving', outcome: 'done' }],
    ['of an operation by a worker', 403, { operationId: 'validate-1', outcome: 'done', result: { readyNodes: 99 } }],
    [
      'in the name of another machine',
      400,
      { phase: 'node-ready', outcome: 'done', instanceId: 'i-0123456789abcdef0' },
    ],
    ['of another cluster', 400, { phase: 'node-ready', outcome: 'done', clusterId: 'other-x7k2p' }],
    ['with a path for an operation', 400, { operationId: '../../lock', outcome: 'done' }],
  ])('%s is refused, and nothing is stored', async (_, status, body) => {
    const before = await reports();
    expect((await request(worker(), 'POST', '/node/report', body)).status).toBe(status);
    expect(await reports()).toEqual(before);
  });

  test('of a phase with control characters reaches people as one line of printable ASCII', async () => {
    const instanceId = first(machinesOf('worker'));
    // Reports of a machine that was done do not count: this one starts over.
    await putItem(account, { pk: `reports#${clusterId}`, sk: `phase#node-ready#${instanceId}`, outcome: 'waiting' });
    for (const outcome of ['waiting', 'failed']) {
      const message = `\u001b[2J\u0007not yet\r\n\u009b31m\u202e ${outcome}`;
      const body = { phase: 'node-ready', outcome, message };
      expect((await request(as('worker', instanceId), 'POST', '/node/report', body)).status).toBe(200);
      const stored = (await reports()).find(({ sk }) => sk === `phase#node-ready#${instanceId}`);
      expect(stored).toMatchObject({ outcome, message: expect.stringMatching(/^[\x20-\x7e]+$/) });
    }
  });

  test('of a failure after success changes nothing', async () => {
    const before = await reports();
    for (const outcome of ['failed', 'waiting'])
      expect((await request(worker(), 'POST', '/node/report', { phase: 'node-ready', outcome })).status).toBe(200);
    expect(await reports()).toEqual(before);
  });

  test('with control characters, escapes and markup reaches people as one line of printable ASCII', async () => {
    const hostile = '\u001b]0;owned\u0007\u001b[2J<script>alert(1)</script>\r\n\u0000\u009b31m\u202e{{ .Env }}';
    const { status } = await request(as('master', first(machinesOf('master'))), 'POST', '/node/report', {
      operationId: 'attack-1',
      outcome: 'failed',
      message: hostile,
      result: { text: hostile },
    });
    expect(status).toBe(200);
    const stored = (await reports()).find(({ sk }) => sk.startsWith('operation#attack-1#'));
    expect(JSON.stringify(stored)).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.stringify(stored)).not.toMatch(/\\[nrtu]/);
  });

  test('whose result has a name that is no plain word is refused', async () => {
    const principal = as('master', first(machinesOf('master')));
    const body = { operationId: 'attack-2', outcome: 'done', result: { '\u001b[2Jname': 'x' } };
    expect((await request(principal, 'POST', '/node/report', body)).status).toBe(400);
    expect((await reports()).filter(({ sk }) => sk.startsWith('operation#attack-2#'))).toEqual([]);
  });
});

test('a creation finishes while one of its workers floods the Node API, and most of the flood is turned away', async () => {
  const flooded = await anEmptyAccount({ observers: [log.observer] });
  const arn = await startCreate(flooded);
  await flooded.clock.advance({ seconds: 150 });
  const [worker] = [...instances(flooded.world).rows()].filter(({ groupName }) => groupName !== undefined);
  const role = [...flooded.world.tables.table<{ roleName: string; arn: string }>('iam.roles').rows()].find(
    ({ roleName }) => roleName.endsWith('-worker'),
  );
  if (!worker || !role) throw new Error('no worker yet');
  const principal = machineSession(flooded, new RegExp(`^${role.roleName}$`), worker.instanceId);
  const ask = () =>
    flooded.request({
      principal,
      method: 'POST',
      path: '/node/report',
      body: JSON.stringify({ phase: 'bundle-fetched', outcome: 'done' }),
    });
  const statuses: number[] = [];
  for (let second = 0; second < 60; second += 1) {
    const answers = await flooded.until(Promise.all(Array.from({ length: 10 }, ask)));
    statuses.push(...answers.map(({ status }) => status));
    await flooded.clock.advance({ seconds: 1 });
  }
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(400);
  expect((await finish(flooded, arn, 0)).execution.status).toBe('SUCCEEDED');
});
