import { instances } from '../../local/cloud/ec2/instances.ts';
import { callAs } from '../../local/cloud/sdk.ts';
import { administratorOf } from '../../local/deployment/administrator.ts';
import { machines } from '../../local/machines/simulated/machineRows.ts';
import { readAudit } from '../../shared/store/audit.ts';
import { callLog } from '../support/callLog.ts';
import { dyingOnce } from '../support/dyingOnce.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { plantClaimVolume } from '../support/plants.ts';
import { finish, startCreate, startDelete } from '../support/runs.ts';

jest.setTimeout(60_000); // whole clusters, on machines that may be busy

/** A ready cluster; every test continues from it. */
let standing: Snapshot;
beforeAll(async () => {
  const account = await anAccount();
  const { execution } = await finish(account, await startCreate(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  standing = snapshotOf(account);
});

const ec2 = ({ cloud, world, until }: TestAccount, operation: string, input: object) =>
  until(cloud.call({ principal: administratorOf(world), service: 'ec2', operation, input: { ...input } }));

async function clusterIdOf(account: TestAccount): Promise<string> {
  const { body } = await account.ask('GET', '/clusters/demo');
  return body.cluster.clusterId;
}

const aVolume = async (account: TestAccount, reclaimPolicy: 'Retain' | 'Delete'): Promise<string> =>
  plantClaimVolume(account, await clusterIdOf(account), reclaimPolicy);

async function volumesLeft(account: TestAccount): Promise<string[]> {
  await account.clock.advance({ minutes: 5 });
  const { Volumes } = (await ec2(account, 'DescribeVolumes', {})) as { Volumes: { VolumeId: string }[] };
  return Volumes.map(({ VolumeId }) => VolumeId).sort();
}

async function deleteCluster(account: TestAccount, query: Record<string, string> = {}) {
  const { status, body } = await account.ask('DELETE', '/clusters/demo', undefined, { requestId: 'delete', ...query });
  expect(status).toBe(200);
  const { execution, failures } = await finish(account, body.executionArn, 0);
  expect({ status: execution.status, failures }).toEqual({ status: 'SUCCEEDED', failures: [] });
}

const auditOf = ({ cloud, world, until }: TestAccount) =>
  until(callAs({ cloud, principal: administratorOf(world) }, () => readAudit('demo')));

/** Aliases of the keys that are left. */
async function keysLeft({ cloud, world, until }: TestAccount): Promise<string[]> {
  const call = { principal: administratorOf(world), service: 'kms', operation: 'ListAliases', input: {} };
  const { Aliases } = (await until(cloud.call(call))) as { Aliases: { AliasName: string }[] };
  return Aliases.map(({ AliasName }) => AliasName).filter((name) => name.startsWith('alias/kubestep/'));
}

test('volumes of claims that ask for it outlive their cluster, with the key that opens them; the others go', async () => {
  const account = await anAccount({ from: standing });
  const kept = await aVolume(account, 'Retain');
  await aVolume(account, 'Delete');
  await account.clock.advance({ minutes: 5 });
  await deleteCluster(account);
  expect(await volumesLeft(account)).toEqual([kept]);
  expect(await keysLeft(account)).toEqual([expect.stringMatching(/\/volumes$/)]);
  const listed = (await auditOf(account)).find(({ action }) => action === 'volumes-kept');
  expect(listed?.detail).toMatchObject({ keptVolumes: 1, volumes: kept });
});

test('when no master can say which volumes are to be kept, all are, and the cluster is deleted all the same', async () => {
  const account = await anAccount({ from: standing });
  const volumes = [await aVolume(account, 'Retain'), await aVolume(account, 'Delete')].sort();
  await account.clock.advance({ minutes: 5 });
  await ec2(account, 'TerminateInstances', { InstanceIds: mastersOf(account) });
  await account.clock.advance({ minutes: 5 });
  await deleteCluster(account);
  expect(await volumesLeft(account)).toEqual(volumes);
});

test('masters that run and do not answer hold a deletion up for minutes only, and no volume is lost', async () => {
  const account = await anAccount({ from: standing });
  const volumes = [await aVolume(account, 'Delete')];
  await account.clock.advance({ minutes: 5 });
  silenceMasters(account);
  await deleteCluster(account);
  expect(await volumesLeft(account)).toEqual(volumes);
});

test('masters of a cluster without volumes are asked nothing', async () => {
  const log = callLog();
  const account = await anAccount({ from: standing, observers: [log.observer] });
  silenceMasters(account);
  await deleteCluster(account);
  expect(log.calls.filter(({ operation }) => operation === 'SendCommand')).toEqual([]);
});

test.each(['before', 'after'] as const)(
  'functions that die %s any of their calls lose no volume that is to be kept, and leave no other',
  async (side) => {
    const faults = dyingOnce(side, [
      'listRetainedVolumes',
      'tagRetainedVolumes',
      'deleteKubernetesLeftovers',
      'deleteKeys',
    ]);
    const account = await anAccount({ from: standing, faults });
    const kept = await aVolume(account, 'Retain');
    await aVolume(account, 'Delete');
    await account.clock.advance({ minutes: 5 });
    const { execution } = await finish(account, await startDelete(account));
    expect(execution.status).toBe('SUCCEEDED');
    expect(faults.deaths.size).toBeGreaterThan(15);
    expect(await volumesLeft(account)).toEqual([kept]);
    expect(await keysLeft(account)).toEqual([expect.stringMatching(/\/volumes$/)]);
  },
);

test('asked to delete volumes, a deletion leaves none and no key', async () => {
  const account = await anAccount({ from: standing });
  await aVolume(account, 'Retain');
  await aVolume(account, 'Delete');
  await account.clock.advance({ minutes: 5 });
  await deleteCluster(account, { deleteVolumes: 'true' });
  expect(await volumesLeft(account)).toEqual([]);
  expect(await keysLeft(account)).toEqual([]);
});

/** The masters run, and no Kubernetes API answers on them. */
function silenceMasters(account: TestAccount): void {
  for (const instanceId of mastersOf(account)) {
    const row = machines(account.world).get(instanceId);
    const { apiSince: _, ...mute } = row ?? {};
    machines(account.world).put(instanceId, mute as never);
  }
}

const mastersOf = ({ world }: TestAccount): string[] =>
  [...instances(world).rows()]
    .filter(({ instanceId, groupName }) => groupName === undefined && machines(world).has(instanceId))
    .map(({ instanceId }) => instanceId);
