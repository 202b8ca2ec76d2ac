import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { tableOf, type World } from '../world.ts';
import type { Key, KeySpec } from './keys.ts';

/** What makes a key secret, in tables of its own, so that a world on disk keeps it in one private file. */
interface Material {
  /** Base64: 32 bytes, or a PKCS #8 private key in DER. */
  readonly secret: string;
}

const materials = tableOf<Material>('kms.material');

/** Makes true chance into a key: never from the world's seed, which anyone may know. */
export function createMaterial(world: World, keyId: string, spec: KeySpec): void {
  const secret = spec === 'ECC_NIST_P256' ? newKeyPair('ECC_NIST_P256').privateKey : randomBytes(32);
  materials(world).put(keyId, { secret: secret.toString('base64') });
}

/** Makes whatever the key encrypted unreadable for good. */
export function eraseMaterial(world: World, keyId: string): void {
  materials(world).delete(keyId);
}

/** The 32 bytes of a symmetric key. */
export function symmetricKeyOf(world: World, key: Key): Buffer {
  return Buffer.from(materialOf(world, key).secret, 'base64');
}

const opened = new WeakMap<Material, { readonly privateKey: KeyObject; readonly publicKey: KeyObject }>();

/** A signing key's two halves, read once. */
export function keyPairOf(world: World, key: Key): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const material = materialOf(world, key);
  const known = opened.get(material);
  if (known) return known;
  const privateKey = createPrivateKey({ key: Buffer.from(material.secret, 'base64'), format: 'der', type: 'pkcs8' });
  const pair = { privateKey, publicKey: createPublicKey(privateKey) };
  opened.set(material, pair);
  return pair;
}

function materialOf(world: World, key: Key): Material {
  const material = materials(world).get(key.keyId);
  if (!material) throw new Error(`The material of ${key.arn} is missing from this world`);
  return material;
}

export type KeyPairSpec = 'ECC_NIST_P256' | 'RSA_2048';

/** Both halves in DER: PKCS #8 and SubjectPublicKeyInfo. */
export interface DerKeyPair {
  readonly privateKey: Buffer;
  readonly publicKey: Buffer;
}

/**
 * An RSA pair takes a tenth of a second and a crash test runs a thousand worlds: the process makes this many and hands
 * them out in turn. One world sees a pair again only after all others.
 */
const rsaPairsKept = 16;
const rsaPairs: DerKeyPair[] = [];
let rsaPairsTaken = 0;

export function newKeyPair(spec: KeyPairSpec): DerKeyPair {
  if (spec === 'ECC_NIST_P256') return toDer(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const index = rsaPairsTaken % rsaPairsKept;
  const pair = rsaPairs[index] ?? toDer(generateKeyPairSync('rsa', { modulusLength: 2048 }));
  rsaPairs[index] = pair;
  rsaPairsTaken++;
  return pair;
}

function toDer({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): DerKeyPair {
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  };
}
