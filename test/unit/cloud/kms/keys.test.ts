import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { aKey, aKmsCloud, aSigningKey } from './kmsWorld.ts';

type Bytes = Uint8Array<ArrayBuffer>;
const bytes = (text: string) => Buffer.from(text);
const ecdsa = { SigningAlgorithm: 'ECDSA_SHA_256' };

test.each(['RAW', 'DIGEST'])(
  'a signature over a %s message verifies with the public key, outside and inside KMS',
  async (MessageType) => {
    const cloud = aKmsCloud();
    const KeyId = await aSigningKey(cloud);
    const { PublicKey } = await cloud.call<{ PublicKey: Bytes }>('GetPublicKey', { KeyId });
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' });
    const text = bytes('certificate');
    const Message = MessageType === 'RAW' ? text : createHash('sha256').update(text).digest();
    for (let count = 0; count < 20; count++) {
      const { Signature } = await cloud.call<{ Signature: Bytes }>('Sign', { KeyId, Message, MessageType, ...ecdsa });
      expect(verify('sha256', text, publicKey, Signature)).toBe(true);
      const request = { KeyId, Message, MessageType, Signature, ...ecdsa };
      expect(await cloud.call('Verify', request)).toMatchObject({ SignatureValid: true });
    }
  },
);

test.each(['RAW', 'DIGEST'])('a signature over another %s message is refused', async (MessageType) => {
  const cloud = aKmsCloud();
  const KeyId = await aSigningKey(cloud);
  const hash = (text: string) => createHash('sha256').update(text).digest();
  const message = (text: string) => ({ Message: MessageType === 'RAW' ? bytes(text) : hash(text), MessageType });
  const { Signature } = await cloud.call('Sign', { KeyId, ...message('a'), ...ecdsa });
  expect(await cloud.errorOf('Verify', { KeyId, ...message('b'), Signature, ...ecdsa })).toMatchObject({
    name: 'KMSInvalidSignatureException',
  });
});

test('a message of 4,097 bytes is too long to be signed raw', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aSigningKey(cloud);
  await expect(cloud.call('Sign', { KeyId, Message: Buffer.alloc(4096), ...ecdsa })).resolves.toBeDefined();
  expect(await cloud.errorOf('Sign', { KeyId, Message: Buffer.alloc(4097), ...ecdsa })).toMatchObject({
    name: 'ValidationException',
  });
});

test('what is encrypted comes back under the same context only, whatever its order', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aKey(cloud);
  const { CiphertextBlob } = await cloud.call<{ CiphertextBlob: Bytes }>('Encrypt', {
    KeyId,
    Plaintext: bytes('secret'),
    EncryptionContext: { a: '1', b: '2' },
  });
  expect(Buffer.from(CiphertextBlob).includes('secret')).toBe(false);
  const { Plaintext } = await cloud.call<{ Plaintext: Bytes }>('Decrypt', {
    CiphertextBlob,
    EncryptionContext: { b: '2', a: '1' },
  });
  expect(Buffer.from(Plaintext).toString()).toBe('secret');

  const other = { CiphertextBlob, EncryptionContext: { a: '1' } };
  expect(await cloud.errorOf('Decrypt', other)).toMatchObject({ name: 'InvalidCiphertextException' });
  const torn = Uint8Array.from(CiphertextBlob);
  torn[torn.length - 1] = (torn.at(-1) ?? 0) ^ 1;
  expect(await cloud.errorOf('Decrypt', { CiphertextBlob: torn, EncryptionContext: { a: '1', b: '2' } })).toMatchObject(
    {
      name: 'InvalidCiphertextException',
    },
  );
});

test('a ciphertext is not decrypted under another key than the one named', async () => {
  const cloud = aKmsCloud();
  const [one, other] = [await aKey(cloud), await aKey(cloud)];
  const { CiphertextBlob } = await cloud.call('Encrypt', { KeyId: one, Plaintext: bytes('secret') });
  expect(await cloud.errorOf('Decrypt', { CiphertextBlob, KeyId: other })).toMatchObject({
    name: 'IncorrectKeyException',
  });
});

test('a data key pair without plaintext is an RSA pair whose private half only KMS can open', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aKey(cloud);
  const EncryptionContext = { purpose: 'tokens' };
  const pair = await cloud.call<{ PublicKey: Bytes; PrivateKeyCiphertextBlob: Bytes }>(
    'GenerateDataKeyPairWithoutPlaintext',
    {
      KeyId,
      KeyPairSpec: 'RSA_2048',
      EncryptionContext,
    },
  );
  expect(pair).not.toHaveProperty('PrivateKeyPlaintext');
  const { Plaintext } = await cloud.call<{ Plaintext: Bytes }>('Decrypt', {
    CiphertextBlob: pair.PrivateKeyCiphertextBlob,
    EncryptionContext,
  });
  const privateKey = createPrivateKey({ key: Buffer.from(Plaintext), format: 'der', type: 'pkcs8' });
  const fromPrivate = createPublicKey(privateKey);
  expect(fromPrivate.export({ type: 'spki', format: 'der' }).equals(Buffer.from(pair.PublicKey))).toBe(true);
});

test('a new key says Enabled, and is not found for use in its first second', async () => {
  const cloud = aKmsCloud();
  const { KeyMetadata } = await cloud.call<{ KeyMetadata: { KeyId: string; KeyState: string } }>('CreateKey');
  expect(KeyMetadata.KeyState).toBe('Enabled');
  const use = { KeyId: KeyMetadata.KeyId, Plaintext: bytes('x') };
  expect(await cloud.errorOf('Encrypt', use)).toMatchObject({ name: 'NotFoundException' });
  await cloud.world.clock.advance({ seconds: 1 });
  await expect(cloud.call('Encrypt', use)).resolves.toBeDefined();
});

test('a key that is disabled or waits for its deletion is of no use, and comes back disabled', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aKey(cloud);
  const use = () => cloud.errorOf('Encrypt', { KeyId, Plaintext: bytes('x') });
  await cloud.call('DisableKey', { KeyId });
  expect(await use()).toMatchObject({ name: 'DisabledException' });
  await cloud.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  expect(await use()).toMatchObject({ name: 'KMSInvalidStateException' });
  expect(await cloud.errorOf('ScheduleKeyDeletion', { KeyId })).toMatchObject({ name: 'KMSInvalidStateException' });
  await cloud.call('CancelKeyDeletion', { KeyId });
  expect(await use()).toMatchObject({ name: 'DisabledException' });
  await cloud.call('EnableKey', { KeyId });
  await expect(cloud.call('Encrypt', { KeyId, Plaintext: bytes('x') })).resolves.toBeDefined();
});

test('a key is gone with its aliases when its time has come', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aKey(cloud);
  await cloud.call('CreateAlias', { AliasName: 'alias/kubestep/a', TargetKeyId: KeyId });
  await cloud.call('ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
  await cloud.world.clock.advance({ days: 6 });
  expect(await cloud.call('DescribeKey', { KeyId: 'alias/kubestep/a' })).toMatchObject({
    KeyMetadata: { KeyState: 'PendingDeletion' },
  });
  await cloud.world.clock.advance({ days: 2 });
  expect(await cloud.errorOf('DescribeKey', { KeyId })).toMatchObject({ name: 'NotFoundException' });
  expect(await cloud.call('ListAliases')).toMatchObject({ Aliases: [] });
  await aKey(cloud);
  expect([...cloud.world.tables.dump()].map(([, key]) => key)).not.toContain(KeyId);
});

test('an alias points to one key, is moved by name and taken once', async () => {
  const cloud = aKmsCloud();
  const [one, two] = [await aKey(cloud), await aKey(cloud)];
  const AliasName = 'alias/kubestep/volumes';
  await cloud.call('CreateAlias', { AliasName, TargetKeyId: one });
  expect(await cloud.errorOf('CreateAlias', { AliasName, TargetKeyId: two })).toMatchObject({
    name: 'AlreadyExistsException',
  });
  await cloud.call('UpdateAlias', { AliasName, TargetKeyId: two });
  expect(await cloud.call('DescribeKey', { KeyId: AliasName })).toMatchObject({ KeyMetadata: { KeyId: two } });
  await cloud.call('DeleteAlias', { AliasName });
  expect(await cloud.errorOf('DescribeKey', { KeyId: AliasName })).toMatchObject({ name: 'NotFoundException' });
});

test('no public row of a world holds key material', async () => {
  const cloud = aKmsCloud();
  const KeyId = await aSigningKey(cloud);
  const rows = [...cloud.world.tables.dump()];
  const secret = rows.find(([table, key]) => table === 'kms.material' && key === KeyId)?.[2] as { secret: string };
  const others = rows.filter(([table]) => table !== 'kms.material');
  expect(secret.secret.length).toBeGreaterThan(100);
  expect(JSON.stringify(others)).not.toContain(secret.secret.slice(40, 80));
});

test('the signing quota throttles a burst and refills', async () => {
  const cloud = aKmsCloud();
  const create = () =>
    cloud.cloud.call({
      principal: { kind: 'administrator', arn: 'arn:aws:iam::123456789012:user/a' },
      service: 'kms',
      operation: 'CreateKey',
      input: {},
    });
  const burst = Promise.allSettled(Array.from({ length: 8 }, create));
  const results = await cloud.world.clock.runUntil(burst);
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(3);
  expect(refused[0]?.reason).toMatchObject({ name: 'ThrottlingException' });
  await cloud.world.clock.advance({ seconds: 1 });
  await expect(cloud.call('CreateKey')).resolves.toBeDefined();
});

test('whether KMS rotates a key may be asked of any key; a signing key is never rotated', async () => {
  const cloud = aKmsCloud();
  const [KeyId, symmetric] = [await aSigningKey(cloud), await aKey(cloud)];
  expect(await cloud.call('GetKeyRotationStatus', { KeyId })).toMatchObject({ KeyRotationEnabled: false });
  expect(await cloud.errorOf('EnableKeyRotation', { KeyId })).toMatchObject({ name: 'UnsupportedOperationException' });
  await cloud.call('EnableKeyRotation', { KeyId: symmetric });
  expect(await cloud.call('GetKeyRotationStatus', { KeyId: symmetric })).toMatchObject({ KeyRotationEnabled: true });
});
