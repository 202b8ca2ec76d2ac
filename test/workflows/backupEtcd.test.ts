import { gunzipSync } from 'node:zlib';
import { bucketOf, objectsIn } from '../support/backups.ts';
import { lockReleased } from '../support/checks/lockReleased.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf, finish, startBackup, startDelete } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';

jest.setTimeout(180_000);

const backupsOf = async (account: TestAccount) => (await account.ask('GET', '/clusters/demo/backups')).body.backups;

test('a backup is a snapshot and a manifest that says all that a restore needs, and holds no secret', async () => {
  const account = await anAccountWithCluster();
  const { execution } = await finish(account, await startBackup(account), 0);
  expect([execution.status, execution.error, execution.cause]).toEqual(['SUCCEEDED', undefined, undefined]);

  const clusterId = await clusterIdOf(account);
  const [backup, ...others] = await backupsOf(account);
  expect(others).toEqual([]);
  const objects = await objectsIn(account, `backups/${clusterId}/`);
  expect([...objects.keys()].sort()).toEqual([backup.manifestKey, backup.snapshotKey].sort());
  expect(gunzipSync(objects.get(backup.snapshotKey) ?? '').toString()).toContain(clusterId);

  const manifest = JSON.parse(objects.get(backup.manifestKey)?.toString() ?? '');
  const { pk: _pk, sk: _sk, ...row } = backup;
  expect(manifest).toMatchObject({ format: 1, ...row, clusterId, kubernetesVersion: expect.any(String) });
  const { trust } = manifest as { trust: { name: string; pem?: string; ciphertext?: string; keyArn: string }[] };
  expect(trust.map(({ name }) => name).sort()).toEqual([
    'etcd-ca',
    'front-proxy-ca',
    'kubernetes-ca',
    'secrets-encryption',
    'service-account',
  ]);
  expect(JSON.stringify(manifest)).not.toMatch(/PRIVATE KEY/);
  for (const { pem, ciphertext } of trust) expect(pem ?? ciphertext).toBeDefined();
});

test('two backups at once are two backups', async () => {
  const account = await anAccountWithCluster();
  const arns = [await startBackup(account, 'demo', 'one'), await startBackup(account, 'demo', 'two')];
  const ends = await account.until(Promise.all(arns.map((arn) => account.engine.whenEnded(arn))));
  expect(ends.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  const backups = await backupsOf(account);
  expect(new Set(backups.map(({ snapshotKey }: { snapshotKey: string }) => snapshotKey)).size).toBe(2);
});

test('a backup runs beside a run that holds the lock, and leaves the lock with it', async () => {
  const account = await anAccountWithCluster();
  const holder = {
    executionArn: 'arn:other',
    runId: 'reconfigure-1',
    operation: 'other',
    since: '2026-11-23T00:00:00Z',
  };
  await callAws(account, 'dynamodb:UpdateItem', {
    TableName: 'kubestep-dev',
    Key: { pk: { S: 'cluster#demo' }, sk: { S: 'lock' } },
    UpdateExpression: 'SET holder = :holder',
    ExpressionAttributeValues: {
      ':holder': { M: Object.fromEntries(Object.entries(holder).map(([name, value]) => [name, { S: value }])) },
    },
  });
  // As a change that is on its way, or did not end, leaves it.
  await callAws(account, 'dynamodb:UpdateItem', {
    TableName: 'kubestep-dev',
    Key: { pk: { S: 'clusters' }, sk: { S: 'demo' } },
    UpdateExpression: 'SET #status = :updating',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: { ':updating': { S: 'updating' } },
  });
  const { execution } = await finish(account, await startBackup(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect(await lockReleased(account)).not.toEqual([]);
});

test('an object that is not what the member has saved is refused by name, and is no backup', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  const arn = await startBackup(account);
  const stored = () => objectsIn(account, `backups/${clusterId}/`);
  for (let tries = 0; (await stored()).size === 0 && tries < 200; tries += 1)
    await account.clock.advance({ milliseconds: 50 });
  const objects = await stored();
  for (const [Key, body] of objects) {
    const Body = Buffer.from(body);
    Body[10] = (Body[10] ?? 0) ^ 1;
    await callAws(account, 's3:PutObject', { Bucket: await bucketOf(account), Key, Body, ChecksumAlgorithm: 'SHA256' });
  }
  const ended = await account.until(account.engine.whenEnded(arn));
  expect(ended).toMatchObject({ status: 'FAILED', error: 'SnapshotUnverified' });
  expect(ended.cause).toContain('take another backup: kubestep backup demo');
  expect(await backupsOf(account)).toEqual([]);
});

test('backups outlive their cluster with the key that opens the Secrets in them, and the deletion says so', async () => {
  const account = await anAccountWithCluster();
  const clusterId = await clusterIdOf(account);
  await finish(account, await startBackup(account), 0);
  const { body: planned } = await account.ask('GET', '/clusters/demo/deletion');
  expect(planned.backups).toMatchObject({ count: 1, keys: [{ kind: 'key', key: 'secrets' }] });
  expect(planned.takes.filter(({ key }: { key: string }) => key === 'secrets')).toEqual([]);

  const { execution } = await finish(account, await startDelete(account), 0);
  expect(execution.status).toBe('SUCCEEDED');
  expect((await objectsIn(account, `backups/${clusterId}/`)).size).toBe(2);
  expect(await backupsOf(account)).toHaveLength(1);
  const { entries } = (await account.ask('GET', '/clusters/demo/audit')).body;
  const of = (action: string) => entries.filter((entry: { action: string }) => entry.action === action);
  expect(of('key-kept').map(({ detail }: { detail: { key: string } }) => detail.key)).toEqual(['secrets']);
  expect(of('key-deletion-scheduled')).toHaveLength(4);
  const described = await callAws<{ KeyMetadata: { KeyState: string } }>(account, 'kms:DescribeKey', {
    KeyId: of('key-kept')[0].detail.keyId,
  });
  expect(described.KeyMetadata.KeyState).toBe('Enabled');
});
