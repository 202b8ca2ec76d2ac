import { sign, verify } from 'node:crypto';
import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import type { World } from '../world.ts';
import { keyAccess } from './access.ts';
import { signDigest, verifyDigest } from './digestSignature.ts';
import { blob, keyId } from './inputs.ts';
import { keyPairOf } from './keyMaterial.ts';
import { type Key, requireEnabled, requireKey } from './keys.ts';

/** Bytes of a message that KMS hashes itself, and of a hash made by the caller (source: Sign, parameter Message). */
const maxRawBytes = 4096;
const digestBytes = 32;

const message = {
  KeyId: keyId,
  Message: blob,
  MessageType: z.enum(['RAW', 'DIGEST']).default('RAW'),
  SigningAlgorithm: z.string().min(1),
};

export const Sign = operation({
  input: z.strictObject(message),
  access: (world, input) => [signatureAccess(world, 'kms:Sign', input)],
  run: (world, input) => {
    const key = requireSigningKey(world, input);
    const { privateKey } = keyPairOf(world, key);
    const Signature =
      input.MessageType === 'RAW' ? sign('sha256', input.Message, privateKey) : signDigest(input.Message, privateKey);
    return { KeyId: key.arn, Signature: new Uint8Array(Signature), SigningAlgorithm: input.SigningAlgorithm };
  },
});

export const Verify = operation({
  input: z.strictObject({ ...message, Signature: blob }),
  access: (world, input) => [signatureAccess(world, 'kms:Verify', input)],
  run: (world, input) => {
    const key = requireSigningKey(world, input);
    const { publicKey } = keyPairOf(world, key);
    const isRight =
      input.MessageType === 'RAW'
        ? verify('sha256', input.Message, publicKey, input.Signature)
        : verifyDigest(input.Message, publicKey, input.Signature);
    if (!isRight) throw new AwsError('KMSInvalidSignatureException', 'The signature is not valid');
    return { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: input.SigningAlgorithm };
  },
});

export const GetPublicKey = operation({
  input: z.strictObject({ KeyId: keyId }),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:GetPublicKey', KeyId)],
  run: (world, { KeyId }) => {
    const key = requireEnabled(world, requireKey(world, KeyId));
    if (key.keySpec !== 'ECC_NIST_P256') {
      throw new AwsError('UnsupportedOperationException', `${key.arn} is symmetric: it has no public key`);
    }
    return {
      KeyId: key.arn,
      PublicKey: new Uint8Array(keyPairOf(world, key).publicKey.export({ type: 'spki', format: 'der' })),
      CustomerMasterKeySpec: key.keySpec,
      KeySpec: key.keySpec,
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    };
  },
});

interface SignatureRequest {
  readonly KeyId: string;
  readonly Message: Uint8Array;
  readonly MessageType: 'RAW' | 'DIGEST';
  readonly SigningAlgorithm: string;
}

function signatureAccess(world: World, action: string, request: SignatureRequest): Access {
  return keyAccess(world, action, request.KeyId, {
    context: { 'kms:SigningAlgorithm': request.SigningAlgorithm, 'kms:MessageType': request.MessageType },
  });
}

function requireSigningKey(world: World, request: SignatureRequest): Key {
  const key = requireKey(world, request.KeyId);
  if (key.keySpec !== 'ECC_NIST_P256') {
    throw new AwsError(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`,
    );
  }
  requireEnabled(world, key);
  if (request.SigningAlgorithm !== 'ECDSA_SHA_256') {
    throw new AwsError(
      'InvalidKeyUsageException',
      `Algorithm ${request.SigningAlgorithm} is incompatible with key spec ${key.keySpec}.`,
    );
  }
  const { byteLength } = request.Message;
  const fits =
    request.MessageType === 'RAW' ? byteLength >= 1 && byteLength <= maxRawBytes : byteLength === digestBytes;
  if (fits) return key;
  const expected = request.MessageType === 'RAW' ? `1 to ${maxRawBytes} bytes` : `${digestBytes} bytes`;
  throw new AwsError(
    'ValidationException',
    `Message of type ${request.MessageType} must have ${expected}, not ${byteLength}`,
  );
}
