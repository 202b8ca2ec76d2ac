import { dynamodb } from '../../../../local/cloud/dynamodb/service.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import { kms } from '../../../../local/cloud/kms/service.ts';
import { callAs, connectClient } from '../../../../local/cloud/sdk.ts';
import { findClusterKeys, removeKey } from '../../../../shared/aws/keys.ts';
import { ensureKey, signWith, wrapNewKeyPair } from '../../../../shared/aws/kms.ts';
import {
  ensureMachineRole,
  findMachineRoles,
  removeInstanceProfile,
  removeMachineRole,
} from '../../../../shared/aws/roles.ts';
import { dynamodb as dynamodbClient } from '../../../../shared/clients/dynamodb.ts';
import { iam as iamClient } from '../../../../shared/clients/iam.ts';
import { kms as kmsClient } from '../../../../shared/clients/kms.ts';
import { kmsOnce } from '../../../../shared/clients/kmsOnce.ts';
import { knownResources } from '../../../../shared/store/resources.ts';
import { storeTable } from '../../../support/storeTable.ts';
import { administrator, testCloud } from '../../../support/testWorld.ts';
import { policyOf, spread } from './iamWorld.ts';

const cluster = {
  id: 'demo-x7k2p',
  deploymentId: 'kubestep-dev-us-east-1',
  name: 'demo',
  environment: 'test',
  account: '123456789012',
  region: 'us-east-1',
  zones: ['us-east-1a'],
  tags: {},
};

connectClient(dynamodbClient);
connectClient(iamClient);
connectClient(kmsClient);
connectClient(kmsOnce);

/** A cloud, and a way to run code of the product in it as the administrator. */
function aCloudBehindClients() {
  const cloud = testCloud([dynamodb, iam, kms]);
  const run = <Result>(work: () => Promise<Result>) =>
    cloud.world.clock.runUntil(callAs({ cloud: cloud.cloud, principal: administrator }, work));
  return { cloud, run };
}

test('a machine’s role is made, made again, found by its tags and removed', async () => {
  const { cloud, run } = aCloudBehindClients();
  const anything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const { Policy } = await cloud.call<{ Policy: { Arn: string } }>('iam:CreatePolicy', {
    PolicyName: 'boundary',
    PolicyDocument: policyOf(anything),
  });
  const statements = [{ Effect: 'Allow' as const, Action: ['ec2:DescribeInstances'], Resource: ['*'] }];
  const role = { key: 'master', name: 'demo-x7k2p-master', path: '/kubestep/kubestep-dev-us-east-1/', statements };
  for (let time = 0; time < 2; time++) {
    await run(() => ensureMachineRole(cluster, role as never, Policy.Arn));
    await cloud.world.clock.advance(spread);
  }
  expect(await run(() => findMachineRoles(cluster.id))).toEqual([role.name]);
  await run(() => removeInstanceProfile(role.name));
  await run(() => removeMachineRole(role.name));
  expect(await run(() => findMachineRoles(cluster.id))).toEqual([]);
});

test('a key is made once, signs, wraps and is removed', async () => {
  const { cloud, run } = aCloudBehindClients();
  process.env.TABLE_NAME = 'clusters';
  await cloud.call('dynamodb:CreateTable', storeTable('clusters'));
  await cloud.world.clock.advance({ minutes: 1 });
  const account = 'arn:aws:iam::123456789012:root';
  const policy = JSON.parse(
    policyOf({ Sid: 'All', Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }),
  );
  const authority = {
    key: 'ca',
    alias: `alias/kubestep/${cluster.deploymentId}/${cluster.id}/ca`,
    purpose: 'authority',
  };
  const secrets = {
    key: 'secrets',
    alias: `alias/kubestep/${cluster.deploymentId}/${cluster.id}/secrets`,
    purpose: 'secrets',
  };
  const ensure = (key: object) =>
    run(async () => ensureKey(cluster, key as never, policy, await knownResources(cluster.id)));
  const signer = await ensure(authority);
  expect(await ensure(authority)).toBe(signer);
  const wrapper = await ensure(secrets);
  await cloud.world.clock.advance(spread);
  expect((await run(() => signWith(signer, Buffer.from('certificate')))).byteLength).toBeGreaterThan(66);
  const pair = await run(() => wrapNewKeyPair(wrapper, { clusterId: cluster.id, purpose: 'service-account' }));
  expect(pair.publicKey.byteLength).toBeGreaterThan(256);

  const keys = await run(() => findClusterKeys(cluster.id));
  expect(keys.map(({ alias }) => alias).sort()).toEqual([authority.alias, secrets.alias]);
  for (const key of keys) await run(() => removeKey(key));
  expect(await run(() => findClusterKeys(cluster.id))).toEqual([]);
});
