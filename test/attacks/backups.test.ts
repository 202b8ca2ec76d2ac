import { createHash } from 'node:crypto';
import { assumeRole } from '../../local/cloud/iam/assumeRole.ts';
import { redeemPresignedUrl } from '../../local/cloud/s3/presign.ts';
import { type MachineRow, machines } from '../../local/machines/simulated/machineRows.ts';
import { objectsIn } from '../support/backups.ts';
import { runningMachines } from '../support/checks/clusterStands.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { putItem } from './storedItems.ts';

jest.setTimeout(180_000);

let account: TestAccount;
let clusterId: string;
let asked: MachineRow;
let otherMaster: MachineRow;
let worker: MachineRow;
let quiet: jest.SpyInstance;

beforeEach(async () => {
  quiet = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  account = await anAccountWithCluster();
  clusterId = await clusterIdOf(account);
  const running = runningMachines(account, clusterId);
  const rows = (isWorker: boolean) =>
    running
      .filter(({ groupName }) => (groupName !== undefined) === isWorker)
      .flatMap(({ instanceId }) => machines(account.world).get(instanceId) ?? []);
  [asked, otherMaster] = rows(false) as [MachineRow, MachineRow];
  [worker] = rows(true) as [MachineRow];
  await waitsFor('op-1', `backups/${clusterId}/backup-1/op-1.db.gz`);
});
afterEach(() => quiet.mockRestore());

/** A state waits for an operation of the asked machine, as a backup's does, or as one that stores nothing. */
const waitsFor = (operationId: string, snapshotKey?: string) =>
  putItem(account, {
    pk: `waits#${clusterId}`,
    sk: `backup-1##TakeSnapshot#${operationId}`,
    clusterId,
    name: `backup-1##TakeSnapshot#${operationId}`,
    taskToken: 'token',
    awaited: { operationId, instanceId: asked.instanceId, snapshotKey },
    since: '2026-11-23T00:00:00.000Z',
    resumed: 0,
  });

const body = Buffer.from('a snapshot');
const sha256 = createHash('sha256').update(body).digest();
const offered = { operationId: 'op-1', sizeBytes: body.length, sha256: sha256.toString('hex') };

async function ask(machine: MachineRow, offer: object = offered) {
  const principal = assumeRole(account.world, machine.roleArn, machine.instanceId, 'ec2.amazonaws.com');
  const path = '/node/snapshot';
  return account.until(account.request({ principal, method: 'POST', path, body: JSON.stringify(offer) }));
}

const headers = {
  'content-length': String(body.length),
  'if-none-match': '*',
  'x-amz-checksum-sha256': sha256.toString('base64'),
  'x-amz-server-side-encryption': 'AES256',
};

const redeem = (request: { method?: string; url: string; headers?: Record<string, string>; body?: Buffer }) =>
  account.until(redeemPresignedUrl(account.cloud, { method: 'PUT', headers, body, ...request }));

test('only the member that a backup has asked gets a URL, and only for that operation', async () => {
  await waitsFor('op-2');
  expect((await ask(worker)).status).toBe(403);
  expect((await ask(otherMaster)).status).toBe(403);
  expect((await ask(asked, { ...offered, operationId: 'op-2' })).status).toBe(403);
  expect((await ask(asked, { ...offered, operationId: 'op-3' })).status).toBe(403);
  expect((await ask(asked, { ...offered, sizeBytes: 5 * 1024 ** 3 })).status).toBe(400);
  expect((await ask(asked)).status).toBe(200);
});

test('its URL stores these bytes once at its own key, and can do nothing else', async () => {
  const { url } = JSON.parse((await ask(asked)).body);
  const key = `backups/${clusterId}/backup-1/op-1.db.gz`;
  expect(new URL(url).pathname).toBe(`/${key}`);
  const mismatch = { name: 'SignatureDoesNotMatch' };
  await expect(redeem({ url: url.replace('op-1.db', 'op-2.db') })).rejects.toMatchObject(mismatch);
  await expect(redeem({ url, method: 'GET' })).rejects.toMatchObject(mismatch);
  for (const name of Object.keys(headers)) {
    const { [name as keyof typeof headers]: _left, ...rest } = headers;
    await expect(redeem({ url, headers: rest })).rejects.toMatchObject(mismatch);
  }
  await expect(redeem({ url, body: Buffer.from('a snapshoT') })).rejects.toMatchObject({ name: 'BadDigest' });
  await redeem({ url });
  await expect(redeem({ url })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect([...(await objectsIn(account, 'backups/')).keys()]).toEqual([key]);
});

test('its URL is over after a quarter of an hour', async () => {
  const { url } = JSON.parse((await ask(asked)).body);
  await account.clock.advance({ minutes: 16 });
  await expect(redeem({ url })).rejects.toMatchObject({ message: 'Request has expired' });
});
