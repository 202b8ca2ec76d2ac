import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { requireFunction } from '../../local/cloud/lambda/functions.ts';
import { currentObject, keysWith } from '../../local/cloud/s3/objects.ts';
import { applied as appliedManifests, machines } from '../../local/machines/simulated/machineRows.ts';
import { addonsManifest } from '../../shared/addons/addons.ts';
import { overlayManifest } from '../../shared/addons/overlay.ts';
import { anAccount, type Snapshot, snapshotOf, type TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { startCreate } from '../support/runs.ts';
import { anEmptyAccount } from '../support/standingCluster.ts';

import { putItem, storedItems } from './storedItems.ts';

jest.setTimeout(120_000);

const Bucket = 'kubestep-dev-123456789012-us-east-1';

/** The object with one bit of its middle byte turned, as somebody may put it who may write to the bucket. */
async function flip(account: TestAccount, prefix: string): Promise<string> {
  const [found] = keysWith(account.world, Bucket, prefix).filter(([key]) => currentObject(account.world, Bucket, key));
  if (!found) throw new Error(`there is no object under ${prefix}`);
  const [Key] = found;
  const { Body } = await callAws<{ Body: { transformToByteArray(): Promise<Uint8Array> } }>(account, 's3:GetObject', {
    Bucket,
    Key,
  });
  const bytes = Buffer.from(await Body.transformToByteArray());
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await callAws(account, 's3:PutObject', { Bucket, Key, Body: bytes });
  return Key;
}

/** A creation that stopped before its machines were launched. */
let prepared: Snapshot;
let arn: string;
beforeAll(async () => {
  jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const account = await anEmptyAccount({
    faults: { strike: ({ functionName }) => (/(launchEtcd|createNodeGroups)$/.test(functionName) ? 'die' : undefined) },
  });
  arn = await startCreate(account);
  await account.until(account.engine.whenEnded(arn));
  prepared = snapshotOf(account);
});

/** Continues the creation for a while; what its machines wait for. */
async function waitingFor(account: TestAccount): Promise<string[]> {
  const { clusterName, runId } = JSON.parse(account.engine.describe(arn).input);
  await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
  await account.clock.advance({ minutes: 5 });
  return [...machines(account.world).rows()].flatMap(({ waitsFor, done }) =>
    done.includes('certificates') ? [] : (waitsFor ?? []),
  );
}

test('a bundle of which a bit was turned is booted by no machine, which says which and why', async () => {
  const account = await anAccount({ from: prepared });
  await flip(account, 'clusters/');
  const reasons = await waitingFor(account);
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.every((reason) => /^bundle: /.test(reason))).toBe(true);
});

test('a binary of which a bit was turned is run by no machine, which says which and why', async () => {
  const account = await anAccount({ from: prepared });
  for (const [key] of keysWith(account.world, Bucket, 'assets/sha256/')) await flip(account, key);
  const reasons = await waitingFor(account);
  expect(reasons.length).toBeGreaterThan(0);
  for (const reason of reasons)
    expect(reason).toMatch(/^assets: [\w-]+ has the checksum [0-9a-f]{64} and not [0-9a-f]{64}$/);
});

test('without a flipped bit the same creation continues', async () => {
  const account = await anAccount({ from: prepared });
  expect(await waitingFor(account)).toEqual([]);
});

test.each([
  ['overlay', 'configureOverlay', overlayManifest],
  ['addons', 'applyAddons', addonsManifest],
] as const)(
  'a manifest of %s that somebody has put in place of the pinned one is applied by no master',
  async (...of) => {
    const [what, functionName, render] = of;
    let isStopped = false;
    const account = await anEmptyAccount({
      faults: {
        strike: ({ functionName: name }) => (name.endsWith(functionName) && !isStopped ? 'outOfMemory' : undefined),
      },
    });
    const executionArn = await startCreate(account);
    await account.until(account.engine.whenEnded(executionArn));
    isStopped = true;

    const { clusterName, runId } = JSON.parse(account.engine.describe(executionArn).input);
    const { body } = await account.ask('GET', `/clusters/${clusterName}/plan`);
    const { text } = render(body.plan.blueprint);
    const Key = `assets/sha256/${createHash('sha256').update(text).digest('hex')}`;
    await callAws(account, 's3:PutObject', { Bucket, Key, Body: Buffer.from(`${text} `) });
    await account.ask('POST', `/clusters/${clusterName}/runs/${runId}/resume`);
    const { status, cause } = await account.until(account.engine.whenEnded(executionArn));
    expect({ status, cause }).toEqual({
      status: 'FAILED',
      cause: expect.stringMatching(/the manifest has the checksum [0-9a-f]{64} and not [0-9a-f]{64}/),
    });
    const names = [...appliedManifests(account.world).entries()].map(([name]) => name);
    expect(names.filter((name) => name.endsWith(`/${what}`))).toEqual([]);
  },
);

describe('a plan', () => {
  /** The bytes of the plan, put under a hash that is not theirs. */
  async function stepWithPlan(change: (packed: Uint8Array) => Uint8Array): Promise<unknown> {
    const account = await anAccount({ from: prepared });
    const rows = await storedItems(account, 'cluster#demo');
    const { runId } = JSON.parse(account.engine.describe(arn).input);
    const run = rows.find(({ sk }) => sk === `run#${runId}`);
    const lock = rows.find(({ sk }) => sk === 'lock');
    const [stored] = await storedItems(account, `plan#${run?.planHash}`);
    const planHash = 'f'.repeat(64); // of no plan that a warm function has read
    await putItem(account, { pk: `plan#${planHash}`, sk: 'plan', plan: change(stored?.plan as Uint8Array) });
    const fields = { runId, operation: 'createCluster', clusterName: 'demo', clusterId: run?.clusterId };
    const context = { ...fields, planHash, executionArn: arn, fence: lock?.fence };
    const row = requireFunction(account.world, 'kubestep-dev-createVpc');
    return (await account.until(account.runtime.invoke(row, { run: context, attempt: 0 }))).payload;
  }

  const changed = {
    errorMessage: expect.stringMatching(/^The plan stored under f{64} is not the one that was stored/),
  };

  test('of which a bit was turned is followed by no step', async () => {
    const flipped = (packed: Uint8Array) =>
      packed.map((byte, index) => (index === packed.length >> 1 ? byte ^ 1 : byte));
    expect(await stepWithPlan(flipped)).toMatchObject(changed);
  });

  test('of which a letter was changed is followed by no step', async () => {
    const edited = (packed: Uint8Array) => gzipSync(gunzipSync(packed).toString().replace('us-east-1a', 'us-east-1b'));
    expect(await stepWithPlan(edited)).toMatchObject(changed);
  });
});
