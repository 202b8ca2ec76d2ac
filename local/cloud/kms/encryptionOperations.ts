import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { keyAccess } from './access.ts';
import { decryptUnder, encryptUnder, invalidCiphertext, keyIdIn } from './ciphertext.ts';
import { requireEncryptionKey } from './encryptionKeys.ts';
import { blob, encryptionContext, keyId } from './inputs.ts';
import { keyOf, requireKey } from './keys.ts';

/** Bytes that one request encrypts (source: Encrypt, parameter Plaintext). */
const maxPlaintextBytes = 4096;
const maxCiphertextBytes = 6144;

const algorithm = z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT');
const algorithmContext = { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' };

export const Encrypt = operation({
  input: z.strictObject({
    KeyId: keyId,
    Plaintext: blob,
    EncryptionContext: encryptionContext,
    EncryptionAlgorithm: algorithm,
  }),
  access: (world, { KeyId, EncryptionContext }) => [
    keyAccess(world, 'kms:Encrypt', KeyId, { encryptionContext: EncryptionContext, context: algorithmContext }),
  ],
  run: (world, { KeyId, Plaintext, EncryptionContext, EncryptionAlgorithm }) => {
    const key = requireEncryptionKey(world, KeyId);
    checkLength('plaintext', Plaintext, maxPlaintextBytes);
    const CiphertextBlob = encryptUnder(world, key, Plaintext, EncryptionContext);
    return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm };
  },
});

export const Decrypt = operation({
  input: z.strictObject({
    CiphertextBlob: blob,
    KeyId: keyId.optional(),
    EncryptionContext: encryptionContext,
    EncryptionAlgorithm: algorithm,
  }),
  access: (world, { KeyId, CiphertextBlob, EncryptionContext }) => [
    keyAccess(world, 'kms:Decrypt', KeyId ?? keyNamedIn(world, CiphertextBlob), {
      encryptionContext: EncryptionContext,
      context: algorithmContext,
    }),
  ],
  run: (world, { KeyId, CiphertextBlob, EncryptionContext, EncryptionAlgorithm }) => {
    checkLength('ciphertextBlob', CiphertextBlob, maxCiphertextBytes);
    const named = keyNamedIn(world, CiphertextBlob);
    if (KeyId !== undefined && requireKey(world, KeyId).keyId !== named) {
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a key that can perform this operation.',
      );
    }
    const key = requireEncryptionKey(world, named);
    const Plaintext = decryptUnder(world, key, CiphertextBlob, EncryptionContext);
    return { Plaintext, KeyId: key.arn, EncryptionAlgorithm };
  },
});

/** Decrypts under one key and encrypts under another, without the right to do either: what is asked for has names of its own. */
export const ReEncrypt = operation({
  input: z.strictObject({
    CiphertextBlob: blob,
    SourceKeyId: keyId.optional(),
    SourceEncryptionContext: encryptionContext,
    SourceEncryptionAlgorithm: algorithm,
    DestinationKeyId: keyId,
    DestinationEncryptionContext: encryptionContext,
    DestinationEncryptionAlgorithm: algorithm,
  }),
  access: (world, input) => [
    keyAccess(world, 'kms:ReEncryptFrom', input.SourceKeyId ?? keyNamedIn(world, input.CiphertextBlob), {
      encryptionContext: input.SourceEncryptionContext,
      context: algorithmContext,
    }),
    keyAccess(world, 'kms:ReEncryptTo', input.DestinationKeyId, {
      encryptionContext: input.DestinationEncryptionContext,
      context: algorithmContext,
    }),
  ],
  run: (world, input) => {
    checkLength('ciphertextBlob', input.CiphertextBlob, maxCiphertextBytes);
    const source = requireEncryptionKey(world, keyNamedIn(world, input.CiphertextBlob));
    const destination = requireEncryptionKey(world, input.DestinationKeyId);
    const plaintext = decryptUnder(world, source, input.CiphertextBlob, input.SourceEncryptionContext);
    return {
      CiphertextBlob: encryptUnder(world, destination, plaintext, input.DestinationEncryptionContext),
      SourceKeyId: source.arn,
      KeyId: destination.arn,
      SourceEncryptionAlgorithm: input.SourceEncryptionAlgorithm,
      DestinationEncryptionAlgorithm: input.DestinationEncryptionAlgorithm,
    };
  },
});

/** A ciphertext whose key is not of this account is no ciphertext here. */
function keyNamedIn(world: World, ciphertext: Uint8Array): string {
  const id = keyIdIn(ciphertext);
  if (!keyOf(world, id)) throw invalidCiphertext();
  return id;
}

function checkLength(name: string, bytes: Uint8Array, most: number): void {
  if (bytes.byteLength >= 1 && bytes.byteLength <= most) return;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length between 1 and ${most}`,
  );
}
