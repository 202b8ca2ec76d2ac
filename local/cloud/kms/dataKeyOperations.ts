import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import type { World } from '../world.ts';
import { keyAccess } from './access.ts';
import { encryptUnder } from './ciphertext.ts';
import { requireEncryptionKey } from './encryptionKeys.ts';
import { encryptionContext, keyId } from './inputs.ts';
import { type KeyPairSpec, newKeyPair } from './keyMaterial.ts';

const dataKey = z.strictObject({
  KeyId: keyId,
  EncryptionContext: encryptionContext,
  KeySpec: z.enum(['AES_256', 'AES_128']).optional(),
  NumberOfBytes: z.number().int().min(1).max(1024).optional(),
});
type DataKeyRequest = z.output<typeof dataKey>;

export const GenerateDataKey = operation({
  input: dataKey,
  access: (world, input) => [dataKeyAccess(world, 'kms:GenerateDataKey', input)],
  run: (world, input) => newDataKey(world, input),
});

export const GenerateDataKeyWithoutPlaintext = operation({
  input: dataKey,
  access: (world, input) => [dataKeyAccess(world, 'kms:GenerateDataKeyWithoutPlaintext', input)],
  run: (world, input) => {
    const { CiphertextBlob, KeyId } = newDataKey(world, input);
    return { CiphertextBlob, KeyId };
  },
});

const dataKeyPair = z.strictObject({
  KeyId: keyId,
  EncryptionContext: encryptionContext,
  KeyPairSpec: z.string().min(1),
});
type DataKeyPairRequest = z.output<typeof dataKeyPair>;

export const GenerateDataKeyPair = operation({
  input: dataKeyPair,
  access: (world, input) => [dataKeyPairAccess(world, 'kms:GenerateDataKeyPair', input)],
  run: (world, input) => newDataKeyPair(world, input),
});

export const GenerateDataKeyPairWithoutPlaintext = operation({
  input: dataKeyPair,
  access: (world, input) => [dataKeyPairAccess(world, 'kms:GenerateDataKeyPairWithoutPlaintext', input)],
  run: (world, input) => {
    const { PrivateKeyPlaintext: _secret, ...rest } = newDataKeyPair(world, input);
    return rest;
  },
});

export const GenerateRandom = operation({
  input: z.strictObject({ NumberOfBytes: z.number().int().min(1).max(1024) }),
  access: () => [{ action: 'kms:GenerateRandom', resource: '*' }],
  run: (_world, { NumberOfBytes }) => ({ Plaintext: new Uint8Array(randomBytes(NumberOfBytes)) }),
});

function newDataKey(world: World, request: DataKeyRequest) {
  if ((request.KeySpec === undefined) === (request.NumberOfBytes === undefined)) {
    throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
  }
  const key = requireEncryptionKey(world, request.KeyId);
  const length = request.NumberOfBytes ?? (request.KeySpec === 'AES_128' ? 16 : 32);
  const Plaintext = new Uint8Array(randomBytes(length));
  const CiphertextBlob = encryptUnder(world, key, Plaintext, request.EncryptionContext);
  return { CiphertextBlob, Plaintext, KeyId: key.arn };
}

function newDataKeyPair(world: World, request: DataKeyPairRequest) {
  const key = requireEncryptionKey(world, request.KeyId);
  const pair = newKeyPair(modelledPairSpec(request.KeyPairSpec));
  return {
    PrivateKeyCiphertextBlob: encryptUnder(world, key, pair.privateKey, request.EncryptionContext),
    PrivateKeyPlaintext: new Uint8Array(pair.privateKey),
    PublicKey: new Uint8Array(pair.publicKey),
    KeyId: key.arn,
    KeyPairSpec: request.KeyPairSpec,
  };
}

function dataKeyAccess(world: World, action: string, request: DataKeyRequest): Access {
  return keyAccess(world, action, request.KeyId, {
    encryptionContext: request.EncryptionContext,
    context: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' },
  });
}

function dataKeyPairAccess(world: World, action: string, request: DataKeyPairRequest): Access {
  return keyAccess(world, action, request.KeyId, {
    encryptionContext: request.EncryptionContext,
    context: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT', 'kms:DataKeyPairSpec': request.KeyPairSpec },
  });
}

function modelledPairSpec(spec: string): KeyPairSpec {
  if (spec === 'RSA_2048' || spec === 'ECC_NIST_P256') return spec;
  throw new NotModelled('kms', 'GenerateDataKeyPair', `KeyPairSpec ${spec}`);
}
