import { explainDenial } from '../../../../local/cloud/iam/authorize.ts';
import { keyAccess } from '../../../../local/cloud/kms/access.ts';
import type { RoleSession } from '../../../../local/cloud/principal.ts';
import { administrator } from '../../../support/testWorld.ts';
import { aRole, policyOf, spread } from '../iam/iamWorld.ts';
import { aKey, aKmsCloud, errorOfCall } from './kmsWorld.ts';

const account = 'arn:aws:iam::123456789012:root';
const allOfKms = policyOf({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });
const accountDecides = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
const message = { Message: Buffer.from('to be signed'), SigningAlgorithm: 'ECDSA_SHA_256' };

/** The policy of a certificate authority's key: the account administers it, one role signs. */
const authorityPolicy = (signer: RoleSession, ...denied: string[]) =>
  policyOf(
    accountDecides,
    { Effect: 'Allow', Principal: { AWS: signer.roleArn }, Action: 'kms:Sign', Resource: '*' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: denied,
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': signer.roleArn } },
    },
  );

test('an explicit deny in the key policy stops a role with kms:* and the administrator, and spares the named role', async () => {
  const cloud = aKmsCloud();
  const signer = await aRole(cloud, { name: 'signer' });
  const thief = await aRole(cloud, { name: 'thief', policy: allOfKms });
  const KeyId = await aKey(cloud, {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    Policy: authorityPolicy(signer, 'kms:Sign'),
  });

  await expect(cloud.callAs(signer, 'Sign', { KeyId, ...message })).resolves.toHaveProperty('Signature');
  for (const principal of [thief, administrator]) {
    const error = await errorOfCall(cloud, principal, 'Sign', { KeyId, ...message });
    expect(error).toMatchObject({ name: 'AccessDeniedException' });
    expect(error.message).toMatch(/explicit deny in a resource-based policy/);
  }
});

test('what the key policy denies cannot be undone through a grant or a new policy', async () => {
  const cloud = aKmsCloud();
  const signer = await aRole(cloud, { name: 'signer', policy: allOfKms });
  const thief = await aRole(cloud, { name: 'thief', policy: allOfKms });
  const denied = ['kms:Sign', 'kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:ScheduleKeyDeletion'];
  const Policy = authorityPolicy(signer, ...denied);
  const created = await cloud.callAs<{ KeyMetadata: { KeyId: string } }>(signer, 'CreateKey', {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'SIGN_VERIFY',
    Policy,
  });
  await cloud.world.clock.advance(spread);
  const { KeyId } = created.KeyMetadata;
  const attempts: [string, object][] = [
    ['Sign', message],
    ['PutKeyPolicy', { Policy: policyOf(accountDecides) }],
    ['CreateGrant', { GranteePrincipal: thief.roleArn, Operations: ['Sign'] }],
    ['ScheduleKeyDeletion', {}],
  ];
  for (const [operation, input] of attempts) {
    expect(await errorOfCall(cloud, thief, operation, { KeyId, ...input })).toMatchObject({
      name: 'AccessDeniedException',
    });
  }
});

test('an identity policy helps only where the key policy lets the account decide', async () => {
  const cloud = aKmsCloud();
  const signer = await aRole(cloud, { name: 'signer' });
  const reader = await aRole(cloud, { name: 'reader', policy: allOfKms });
  const open = await aKey(cloud);
  const closed = await aKey(cloud, {
    Policy: policyOf({ Effect: 'Allow', Principal: { AWS: signer.roleArn }, Action: 'kms:*', Resource: '*' }),
    BypassPolicyLockoutSafetyCheck: true,
  });
  await expect(cloud.callAs(reader, 'DescribeKey', { KeyId: open })).resolves.toBeDefined();
  const error = await errorOfCall(cloud, reader, 'DescribeKey', { KeyId: closed });
  expect(error.message).toMatch(/because no resource-based policy allows the kms:DescribeKey action$/);
  const withoutPolicy = await errorOfCall(cloud, signer, 'DescribeKey', { KeyId: open });
  expect(withoutPolicy.message).toMatch(/because no identity-based policy allows the kms:DescribeKey action$/);
});

test('a key policy names only roles that have spread', async () => {
  const cloud = aKmsCloud();
  const { Role } = await cloud.call<{ Role: { Arn: string } }>('iam:CreateRole', {
    RoleName: 'new',
    AssumeRolePolicyDocument: policyOf({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    }),
  });
  const Policy = policyOf(accountDecides, {
    Effect: 'Allow',
    Principal: { AWS: Role.Arn },
    Action: 'kms:Sign',
    Resource: '*',
  });
  expect(await cloud.errorOf('CreateKey', { Policy })).toMatchObject({ name: 'MalformedPolicyDocumentException' });
  await cloud.world.clock.advance(spread);
  await expect(aKey(cloud, { Policy })).resolves.toBeDefined();
});

test('nobody locks themselves out unless they say so', async () => {
  const cloud = aKmsCloud();
  const signer = await aRole(cloud, { name: 'signer' });
  const Policy = policyOf({ Effect: 'Allow', Principal: { AWS: signer.roleArn }, Action: 'kms:*', Resource: '*' });
  expect(await cloud.errorOf('CreateKey', { Policy })).toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: expect.stringMatching(/will not allow you to update the key policy/),
  });
});

test('a decryption is bound to the encryption context by policy', async () => {
  const cloud = aKmsCloud();
  const condition = { StringEquals: { 'kms:EncryptionContext:clusterId': 'a' } };
  const policy = policyOf({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: condition });
  const master = await aRole(cloud, { name: 'master', policy });
  const KeyId = await aKey(cloud);
  const ciphertextFor = async (clusterId: string) => {
    const EncryptionContext = { clusterId };
    const { CiphertextBlob } = await cloud.call('GenerateDataKeyWithoutPlaintext', {
      KeyId,
      KeySpec: 'AES_256',
      EncryptionContext,
    });
    return { CiphertextBlob, EncryptionContext };
  };
  await expect(cloud.callAs(master, 'Decrypt', await ciphertextFor('a'))).resolves.toHaveProperty('Plaintext');
  const foreign = await errorOfCall(cloud, master, 'Decrypt', await ciphertextFor('b'));
  expect(foreign).toMatchObject({ name: 'AccessDeniedException' });
});

test('a grant lets its grantee in within its constraints, until it is revoked', async () => {
  const cloud = aKmsCloud();
  const grantee = await aRole(cloud, { name: 'grantee' });
  const KeyId = await aKey(cloud);
  const { GrantId } = await cloud.call('CreateGrant', {
    KeyId,
    GranteePrincipal: grantee.roleArn,
    Operations: ['Encrypt'],
    Constraints: { EncryptionContextSubset: { volume: 'vol-1' } },
  });
  const encrypt = (volume: string) =>
    cloud.callAs(grantee, 'Encrypt', { KeyId, Plaintext: Buffer.from('x'), EncryptionContext: { volume } });
  await expect(encrypt('vol-1')).resolves.toHaveProperty('CiphertextBlob');
  await expect(encrypt('vol-2')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(cloud.callAs(grantee, 'DescribeKey', { KeyId })).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  await cloud.call('RevokeGrant', { KeyId, GrantId });
  await expect(encrypt('vol-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a service that uses a key for its caller is judged by the tags of the key and by itself', async () => {
  const cloud = aKmsCloud();
  const condition = { StringEquals: { 'aws:ResourceTag/team': 'a', 'kms:ViaService': 's3.us-east-1.amazonaws.com' } };
  const policy = policyOf({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*', Condition: condition });
  const reader = await aRole(cloud, { policy });
  const Tags = [{ TagKey: 'team', TagValue: 'a' }];
  const [own, foreign] = [await aKey(cloud, { Tags }), await aKey(cloud)];
  const through = (service: string, KeyId: string) =>
    explainDenial(cloud.world, reader, keyAccess(cloud.world, 'kms:Decrypt', KeyId, { viaService: service }));
  expect(through('s3', own)).toBeUndefined();
  expect(through('ec2', own)).toBeDefined();
  expect(through('s3', foreign)).toBeDefined();
});

test('a new tag is listed at once and counts in policies seconds later', async () => {
  const cloud = aKmsCloud();
  const condition = { StringEquals: { 'aws:ResourceTag/team': 'a' } };
  const reader = await aRole(cloud, {
    policy: policyOf({ Effect: 'Allow', Action: 'kms:*', Resource: '*', Condition: condition }),
  });
  const KeyId = await aKey(cloud);
  await cloud.call('TagResource', { KeyId, Tags: [{ TagKey: 'team', TagValue: 'a' }] });
  expect(await cloud.call('ListResourceTags', { KeyId })).toMatchObject({ Tags: [{ TagKey: 'team', TagValue: 'a' }] });
  expect(await errorOfCall(cloud, reader, 'DescribeKey', { KeyId })).toMatchObject({ name: 'AccessDeniedException' });
  await cloud.world.clock.advance({ minutes: 5 });
  await expect(cloud.callAs(reader, 'DescribeKey', { KeyId })).resolves.toBeDefined();
});
