import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../errors.ts';
import type { World } from '../world.ts';
import { symmetricKeyOf } from './keyMaterial.ts';
import type { Key } from './keys.ts';

export type EncryptionContext = Readonly<Record<string, string>> | undefined;

/** version (1) · key id (36, as text) · nonce (12) · tag (16) · AES-256-GCM of the plaintext, with the encryption context as associated data. */
const version = 1;
const lengths = { keyId: 36, nonce: 12, tag: 16 };
const headerLength = 1 + lengths.keyId + lengths.nonce + lengths.tag;

export function encryptUnder(world: World, key: Key, plaintext: Uint8Array, context: EncryptionContext): Uint8Array {
  const nonce = randomBytes(lengths.nonce);
  const cipher = createCipheriv('aes-256-gcm', symmetricKeyOf(world, key), nonce).setAAD(associatedData(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const keyId = Buffer.from(key.keyId, 'latin1');
  return new Uint8Array(Buffer.concat([Buffer.from([version]), keyId, nonce, cipher.getAuthTag(), encrypted]));
}

/** The id of the key that a ciphertext names. */
export function keyIdIn(ciphertext: Uint8Array): string {
  const bytes = Buffer.from(ciphertext);
  if (bytes[0] !== version || bytes.length <= headerLength) throw invalidCiphertext();
  return bytes.subarray(1, 1 + lengths.keyId).toString('latin1');
}

export function decryptUnder(world: World, key: Key, ciphertext: Uint8Array, context: EncryptionContext): Uint8Array {
  const bytes = Buffer.from(ciphertext);
  const nonceAt = 1 + lengths.keyId;
  const tagAt = nonceAt + lengths.nonce;
  const decipher = createDecipheriv('aes-256-gcm', symmetricKeyOf(world, key), bytes.subarray(nonceAt, tagAt), {
    authTagLength: lengths.tag,
  })
    .setAAD(associatedData(context))
    .setAuthTag(bytes.subarray(tagAt, headerLength));
  try {
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(headerLength)), decipher.final()]));
  } catch {
    throw invalidCiphertext();
  }
}

/** The pairs in the order of their keys: the order in which a caller gives them does not matter. */
function associatedData(context: EncryptionContext = {}): Buffer {
  const pairs = Object.entries(context).sort(([left], [right]) => (left < right ? -1 : 1));
  return Buffer.from(JSON.stringify(pairs));
}

/** KMS never says what is wrong with a ciphertext. */
export function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}
