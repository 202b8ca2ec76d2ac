import { instances } from '../../local/cloud/ec2/instances.ts';
import { assumeRole } from '../../local/cloud/iam/assumeRole.ts';
import type { RoleSession } from '../../local/cloud/principal.ts';
import { type MachineRow, machines } from '../../local/machines/simulated/machineRows.ts';
import { aKeyPair, aSigningRequest } from '../support/authorities.ts';
import { callLog } from '../support/callLog.ts';
import { runningMachines } from '../support/checks/clusterStands.ts';
import { storedRow } from '../support/checks/lockReleased.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(120_000);

const log = callLog();
let account: TestAccount;
let master: MachineRow;
let otherMaster: MachineRow;
let worker: MachineRow;
let quiet: jest.SpyInstance;

beforeAll(async () => {
  quiet = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  account = await anAccountWithCluster({ observers: [log.observer] });
  const running = runningMachines(account, await clusterIdOf(account));
  const [first, second] = running.filter(({ groupName }) => groupName === undefined).map(rowOf);
  const [member] = running.filter(({ groupName }) => groupName !== undefined).map(rowOf);
  if (!first || !second || !member) throw new Error('the cluster has no masters or no workers');
  [master, otherMaster, worker] = [first, second, member];
});
beforeEach(() => log.clear());
afterAll(() => quiet.mockRestore());

const rowOf = ({ instanceId }: { instanceId: string }) => machines(account.world).get(instanceId);

/** A session as EC2 gives it to an instance of this id with this role: what only EC2 can make. */
const sessionOf = (roleArn: string, instanceId: string): RoleSession =>
  assumeRole(account.world, roleArn, instanceId, 'ec2.amazonaws.com');

const ask = (principal: RoleSession, path: string, body: object, method = 'POST') =>
  account.until(account.request({ principal, method, path, body: JSON.stringify(body) }));

const askFor = (principal: RoleSession, ...profiles: string[]) =>
  ask(principal, '/node/certificates', {
    requests: profiles.map((profile) => ({ profile, csr: aSigningRequest(aKeyPair().privateKey) })),
  });

const signatures = () => log.calls.filter(({ service, operation }) => service === 'kms' && operation === 'Sign').length;

async function expectRefused(answer: Promise<{ status: number; body: string }>): Promise<void> {
  const { status, body } = await answer;
  expect([status, JSON.parse(body)]).toEqual([403, { message: 'Forbidden' }]);
  expect(signatures()).toBe(0);
}

test('a worker gets no certificate of a master, an etcd member or an administrator', async () => {
  const session = sessionOf(worker.roleArn, worker.instanceId);
  for (const profile of [
    'kube-apiserver',
    'etcd-server',
    'etcd-peer',
    'kube-controller-manager',
    'administrator',
    'nonsense',
  ])
    await expectRefused(askFor(session, profile));
  await expectRefused(askFor(session, 'kubelet-client', 'administrator'));
});

test('a second key for a machine that has one is refused, and noticed', async () => {
  await expectRefused(askFor(sessionOf(worker.roleArn, worker.instanceId), 'kubelet-client'));
  const audit = [...account.world.tables.dump()].filter(([, key]) => key.includes('second-key-requested'));
  expect(audit.map(([, key]) => key).join()).toContain(worker.instanceId);
});

test('a machine that runs under another machine’s role, by whatever way, is refused', async () => {
  await expectRefused(askFor(sessionOf(master.roleArn, worker.instanceId), 'kube-apiserver'));
  await expectRefused(askFor(sessionOf(worker.roleArn, master.instanceId), 'kubelet-client'));
});

test('an instance of somebody else, with the cluster’s profile, tags and network, is refused', async () => {
  const own = instances(account.world).get(worker.instanceId);
  const { Instances } = await callAws<{ Instances: { InstanceId: string }[] }>(account, 'ec2:RunInstances', {
    MinCount: 1,
    MaxCount: 1,
    ImageId: own?.imageId,
    InstanceType: 'm7g.large',
    SubnetId: own?.subnetId,
    IamInstanceProfile: { Arn: own?.instanceProfile?.arn },
    TagSpecifications: [
      {
        ResourceType: 'instance',
        Tags: [
          { Key: 'kubestep/cluster', Value: await clusterIdOf(account) },
          { Key: 'kubestep/resource', Value: 'instance/workers' },
          { Key: 'Name', Value: 'worker' },
        ],
      },
    ],
  });
  const foreign = Instances[0]?.InstanceId ?? '';
  await account.clock.advance({ minutes: 2 });
  log.clear();
  await expectRefused(askFor(sessionOf(worker.roleArn, foreign), 'kubelet-client'));
  await expectRefused(
    ask(sessionOf(worker.roleArn, foreign), '/node/report', { phase: 'node-ready', outcome: 'done' }),
  );
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [foreign] });
});

test('a master that was given another master’s tags gets nothing that is the other’s', async () => {
  await callAws(account, 'ec2:CreateTags', {
    Resources: [worker.instanceId],
    Tags: [{ Key: 'kubestep/resource', Value: 'instance/master-0' }],
  });
  await expectRefused(askFor(sessionOf(worker.roleArn, worker.instanceId), 'etcd-peer'));
  const pinned = /[0-9a-f]{64}/.exec(otherMaster.bundle ?? '')?.[0] ?? '';
  const { status } = await account.until(
    account.request({
      principal: sessionOf(master.roleArn, master.instanceId),
      method: 'GET',
      path: '/node/bundle',
      query: { sha256: pinned },
    }),
  );
  expect(status).toBe(403);
});

test('a worker that reports as if it were a master is refused and leaves no report', async () => {
  const session = sessionOf(worker.roleArn, worker.instanceId);
  for (const body of [
    { phase: 'control-plane-serving', outcome: 'done' },
    { operationId: 'validate-1', outcome: 'done', result: { readyNodes: 6 } },
  ])
    await expectRefused(ask(session, '/node/report', body));
  const clusterId = await clusterIdOf(account);
  expect(await storedRow(account, `reports#${clusterId}`, 'operation#validate-1')).toBeUndefined();
  expect(
    await storedRow(account, `reports#${clusterId}`, `phase#control-plane-serving#${worker.instanceId}`),
  ).toBeUndefined();
});

test('nobody without an instance’s session is let in: people, functions, unsigned requests', async () => {
  const requests = { requests: [{ profile: 'kubelet-client', csr: aSigningRequest(aKeyPair().privateKey) }] };
  const asPerson = await account.ask('POST', '/node/certificates', JSON.stringify(requests));
  expect(asPerson.status).toBe(403);
  const unsigned = { principal: undefined, method: 'POST', path: '/node/certificates', body: JSON.stringify(requests) };
  expect((await account.until(account.request(unsigned))).status).toBe(403);
  expect(signatures()).toBe(0);
});

test('machines have no way around the Node API: workers no key, masters nothing of another cluster', async () => {
  const calls = [
    [worker, 's3', 'ListObjectsV2', { Bucket: 'kubestep-dev-123456789012-us-east-1' }],
    [
      master,
      'ec2',
      'RunInstances',
      { MinCount: 1, MaxCount: 1, ImageId: 'ami-0a1c6e1b5d0f61801', InstanceType: 'm7g.large' },
    ],
    [
      worker,
      'dynamodb',
      'GetItem',
      { TableName: process.env.TABLE_NAME, Key: { pk: { S: 'clusters' }, sk: { S: 'demo' } } },
    ],
    [master, 'lambda', 'Invoke', { FunctionName: 'kubestep-dev-releaseLock' }],
    [
      master,
      'states',
      'StartExecution',
      { stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:kubestep-dev-deleteCluster' },
    ],
  ] as const;
  for (const [{ roleArn, instanceId }, service, operation, input] of calls) {
    const call = account.cloud.call({ principal: sessionOf(roleArn, instanceId), service, operation, input });
    await expect(account.until(call)).rejects.toMatchObject({
      name: expect.stringMatching(/AccessDenied|UnauthorizedOperation/),
    });
  }
});

test('a terminated machine’s credentials are worth nothing', async () => {
  const session = sessionOf(worker.roleArn, worker.instanceId);
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [worker.instanceId] });
  await account.clock.advance({ minutes: 5 });
  log.clear();
  await expectRefused(askFor(session, 'kubelet-client'));
});
