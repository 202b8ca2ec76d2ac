import { gunzipSync, gzipSync } from 'node:zlib';
import { clusterStands, runningMachines } from '../support/checks/clusterStands.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import { noSecretLeaves, plaintextLog } from '../support/checks/noSecretLeaves.ts';
import { nothingDoubled } from '../support/checks/nothingDoubled.ts';
import { nothingChanged, nothingLeaked, nothingTaken } from '../support/checks/nothingLeaked.ts';
import { anAccount, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startCreate, startDelete } from '../support/runs.ts';
import {
  anAccountWithCluster,
  anEmptyAccount,
  calmCreation,
  emptySnapshot,
  stateWhenQuiet,
} from '../support/standingCluster.ts';
import { difference, stateOf } from '../support/worldState.ts';

jest.setTimeout(120_000);

const aVolume = { AvailabilityZone: 'us-east-1a', Size: 1, VolumeType: 'gp3' };

test('a leaked resource is seen although it carries no tag', async () => {
  const account = await anEmptyAccount();
  const { VolumeId } = await callAws<{ VolumeId: string }>(account, 'ec2:CreateVolume', aVolume);
  expect(nothingLeaked(await emptySnapshot(), snapshotOf(account)).join()).toContain(VolumeId);
});

test('a resource that was taken, and one that was changed, are seen', async () => {
  const account = await anAccountWithCluster();
  const before = snapshotOf(account);
  const [machine] = runningMachines(account, await clusterIdOf(account));
  account.world.tables.table('ec2.vpcs').delete(String(machine?.vpcId));
  account.world.tables.table('ec2.subnets').put(String(machine?.subnetId), {});
  const after = snapshotOf(account);
  expect(nothingTaken(before, after)).toEqual([`ec2.vpcs ${machine?.vpcId}`]);
  expect(nothingChanged(before, after).sort()).toEqual([
    `ec2.subnets ${machine?.subnetId}`,
    `ec2.vpcs ${machine?.vpcId}`,
  ]);
});

test('a second VPC under the tags of the first is seen', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  await callAws(account, 'ec2:CreateVpc', {
    CidrBlock: '10.0.0.0/16',
    TagSpecifications: [
      {
        ResourceType: 'vpc',
        Tags: [
          { Key: 'kubestep/cluster', Value: clusterId },
          { Key: 'kubestep/resource', Value: 'vpc/main' },
        ],
      },
    ],
  });
  expect(nothingDoubled(account)).toEqual([`${clusterId} vpc/main`]);
});

test('a cluster that lost a machine is not ready', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const master = runningMachines(account, clusterId).find(({ groupName }) => groupName === undefined);
  await callAws(account, 'ec2:TerminateInstances', { InstanceIds: [master?.instanceId] });
  await account.clock.advance({ minutes: 5 });
  expect((await clusterStands(account, clusterId)).join()).toMatch(/machines: .*targets: .*unhealthy/);
});

test('a lock that is held is seen', async () => {
  const account = await anAccountWithCluster();
  await startDelete(account);
  expect(await lockReleased(account)).toEqual([expect.stringMatching(/^delete-\w+ holds the lock of demo$/)]);
});

test('a secret is seen wherever it went: plain, encoded or packed', async () => {
  const account = await anAccountWithCluster();
  const plaintexts = plaintextLog();
  const secret = 'c2VjcmV0IG9mIHRoaXJ0eS10d28gYnl0ZXMgaW4gYWxsLi4=';
  await plaintexts.observer.after?.(
    { principal: { kind: 'service', service: 'kms' }, service: 'kms', operation: 'Decrypt', input: {} },
    { Plaintext: Buffer.from(secret, 'base64') },
  );
  expect(noSecretLeaves(account, plaintexts)).toEqual([]);
  const text = `a file with ${secret} in it, and more`;
  const places = {
    plain: text,
    encoded: Buffer.from(text).toString('base64'),
    packed: gzipSync(text).toString('base64'),
  };
  for (const [name, value] of Object.entries(places)) account.world.tables.table('ssm.parameters').put(name, { value });
  account.world.tables.table('logs.events').put('key', { message: '-----BEGIN EC PRIVATE KEY-----\n' });
  expect(noSecretLeaves(account, plaintexts).sort()).toEqual([
    'logs.events key',
    'ssm.parameters encoded',
    'ssm.parameters packed',
    'ssm.parameters plain',
  ]);
});

describe('the comparison of two worlds', () => {
  const itemsOf = ({ world }: TestAccount) => {
    const name = [...world.tables.dump()].map(([table]) => table).find((table) => table.startsWith('dynamodb.items/'));
    return world.tables.table<Record<string, Record<string, string>>>(name ?? '');
  };
  const planOf = (account: TestAccount) => {
    const [key, row] = [...itemsOf(account).entries()].find(([, { pk }]) => pk?.['S']?.startsWith('plan#')) ?? [];
    if (key === undefined || row === undefined) throw new Error('no plan is stored');
    return { key, row, plan: JSON.parse(gunzipSync(Buffer.from(row['plan']?.['B'] ?? '', 'base64')).toString()) };
  };
  const packed = (plan: object) => ({ B: gzipSync(JSON.stringify(plan)).toString('base64') });

  test('finds nothing between two creations of which only chance differs', async () => {
    const account = await anAccount({ from: { ...(await emptySnapshot()), chance: 4711 } });
    await finish(account, await startCreate(account), 0);
    await account.clock.advance({ hours: 1 });
    expect(await clusterIdOf(account)).not.toBe(await clusterIdOf(await anAccountWithCluster()));
    expect(difference(await calmCreation(), await stateWhenQuiet(account))).toEqual({ missing: [], extra: [] });
  });

  test('finds a plan that is another, and the same plan under an id that nobody recorded', async () => {
    const account = await anAccountWithCluster();
    const calm = stateOf(account.world.tables);
    const { key, row, plan } = planOf(account);
    itemsOf(account).put(key, { ...row, plan: packed({ ...plan, generation: 2 }) });
    const changed = difference(calm, stateOf(account.world.tables));
    expect([changed.missing.length, changed.extra.length]).toEqual([1, 1]);

    const facts = { ...plan.facts, clusterId: 'demo-bcdfghjklmn' };
    itemsOf(account).put(key, { ...row, plan: packed({ ...plan, facts }) });
    expect(difference(calm, stateOf(account.world.tables))).toMatchObject({ missing: [expect.anything()], extra: [] });
  });

  test('finds something that wears an id that nobody recorded', async () => {
    const account = await anAccountWithCluster();
    const before = stateOf(account.world.tables);
    const tags = [{ Key: 'kubestep/cluster', Value: 'demo-bcdfghjklmn' }];
    const aTaggedVolume = { ...aVolume, TagSpecifications: [{ ResourceType: 'volume', Tags: tags }] };
    await callAws(account, 'ec2:CreateVolume', aTaggedVolume);
    expect(difference(before, stateOf(account.world.tables)).extra.join()).toContain('demo-bcdfghjklmn');
  });

  test('finds a changed policy of a function, whatever rows it speaks of', async () => {
    const account = await anAccountWithCluster();
    const before = stateOf(account.world.tables);
    const roles = account.world.tables.table<{ inlinePolicies: Record<string, string> }>('iam.roles');
    for (const [name, role] of [...roles.entries()].filter(([name]) => name.includes('acquirelock')))
      roles.put(name, { ...role, inlinePolicies: {} });
    const { missing, extra } = difference(before, stateOf(account.world.tables));
    expect([missing.length, extra.length]).toEqual([1, 1]);
  });
});
