import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetPublicKeyCommand,
  paginateListKeys,
  paginateListResourceTags,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import type { ClusterIdentity, KeyBlueprint } from '../blueprint/blueprint.ts';
import { Conflict, NotReady } from '../step/errors.ts';
import { chooseOne, waitForLostAnswers } from './adoption.ts';
import { kms } from './clients/kms.ts';
import { kmsOnce } from './clients/kmsOnce.ts';
import { settled, unless } from './errors.ts';
import type { KeyPolicy } from './keyPolicies.ts';
import { awsTags, keyIn } from './tags.ts';
import { together } from './together.ts';

/** What binds a wrapped key to its cluster and use: KMS unwraps only for who names the same. */
export interface KeyContext {
  readonly clusterId: string;
  readonly purpose: 'service-account' | 'secrets-encryption';
}

/** A wrapped key pair: the private half is readable by KMS alone. */
export interface WrappedKeyPair {
  /** DER, SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly privateKeyCiphertext: Uint8Array;
}

/** Mended within this time if it was a mistake: KMS allows no less. */
const extrasDeletedAfterDays = 7;

/** Ensures a key of the cluster under its alias, and returns its ARN. */
export async function ensureKey(
  cluster: ClusterIdentity,
  key: KeyBlueprint,
  policy: KeyPolicy,
  attempt: number,
): Promise<string> {
  const named = await keyNamed(key.alias);
  if (named) return named;

  // Only a repeat can meet a key without its alias; listing asks for the tags of every key in the account.
  const { kept, extras } = chooseOne(attempt === 0 ? [] : await findKeys(cluster.id, key.key));
  await together(extras, ({ id }) => scheduleDeletion(id));
  if (!kept) waitForLostAnswers(`the key ${key.key} of ${cluster.id}`, attempt);
  const arn = kept?.id ?? (await createKey(cluster, key, policy));
  await nameKey(key.alias, arn);
  return arn;
}

/** Signs with a CA's key; the answer is DER. At most 4,096 bytes, several times a certificate. */
export async function signWith(keyArn: string, message: Uint8Array): Promise<Uint8Array> {
  const { Signature } = await settled(
    kms.send(
      new SignCommand({ KeyId: keyArn, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
    ),
  );
  return given(Signature, 'Sign');
}

/** The public half of a CA's key: DER, SubjectPublicKeyInfo. */
export async function readPublicKey(keyArn: string): Promise<Uint8Array> {
  const { PublicKey } = await settled(kms.send(new GetPublicKeyCommand({ KeyId: keyArn })));
  return given(PublicKey, 'GetPublicKey');
}

/** A new RSA key pair that only KMS has seen. RSA, because AWS STS verifies service-account tokens as RS256. */
export async function wrapNewKeyPair(keyArn: string, context: KeyContext): Promise<WrappedKeyPair> {
  const pair = await settled(
    kms.send(
      new GenerateDataKeyPairWithoutPlaintextCommand({
        KeyId: keyArn,
        KeyPairSpec: 'RSA_2048',
        EncryptionContext: { ...context },
      }),
    ),
  );
  return {
    publicKey: given(pair.PublicKey, 'GenerateDataKeyPairWithoutPlaintext'),
    privateKeyCiphertext: given(pair.PrivateKeyCiphertextBlob, 'GenerateDataKeyPairWithoutPlaintext'),
  };
}

/** A new 32-byte key that only KMS has seen. */
export async function wrapNewKey(keyArn: string, context: KeyContext): Promise<Uint8Array> {
  const { CiphertextBlob } = await settled(
    kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({
        KeyId: keyArn,
        KeySpec: 'AES_256',
        EncryptionContext: { ...context },
      }),
    ),
  );
  return given(CiphertextBlob, 'GenerateDataKeyWithoutPlaintext');
}

async function keyNamed(alias: string): Promise<string | undefined> {
  const found = await unless(['NotFound'], kms.send(new DescribeKeyCommand({ KeyId: alias })));
  const metadata = found?.KeyMetadata;
  if (metadata === undefined) return undefined;
  if (metadata.KeyState !== 'Enabled') {
    throw new Conflict(
      `${alias} names ${metadata.Arn}, which is ${metadata.KeyState}. Enable it or cancel its deletion, then resume.`,
    );
  }
  return given(metadata.Arn, 'DescribeKey');
}

/** Usable keys that carry the cluster's tags for this name. */
async function findKeys(clusterId: string, name: string): Promise<{ id: string }[]> {
  const found: { id: string }[] = [];
  for await (const page of paginateListKeys({ client: kms }, {})) {
    for (const { KeyArn } of page.Keys ?? []) {
      if (KeyArn && (await isOurs(KeyArn, clusterId, name)) && (await isEnabled(KeyArn))) found.push({ id: KeyArn });
    }
  }
  return found;
}

async function isOurs(keyArn: string, clusterId: string, name: string): Promise<boolean> {
  for await (const page of paginateListResourceTags({ client: kms }, { KeyId: keyArn })) {
    const tags = (page.Tags ?? []).map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
    if (keyIn(tags, clusterId, 'key') === name) return true;
  }
  return false;
}

async function isEnabled(keyArn: string): Promise<boolean> {
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyArn }));
  return KeyMetadata?.KeyState === 'Enabled';
}

async function createKey(cluster: ClusterIdentity, key: KeyBlueprint, policy: KeyPolicy): Promise<string> {
  const { KeyMetadata } = await settledPolicy(
    kmsOnce.send(
      new CreateKeyCommand({
        ...materialOf(key),
        Description: `${key.key} of the cluster ${cluster.id}`,
        Policy: JSON.stringify(policy),
        // The policy denies its change to all but named roles, this one included; KMS calls that a lock-out.
        BypassPolicyLockoutSafetyCheck: true,
        Tags: awsTags(cluster, `key/${key.key}`).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    ),
  );
  return given(KeyMetadata?.Arn, 'CreateKey');
}

function materialOf({ purpose }: KeyBlueprint): Pick<CreateKeyCommandInput, 'KeySpec' | 'KeyUsage' | 'MultiRegion'> {
  if (purpose === 'authority') return { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
  // A backup in another Region is worth nothing without this key, and a key that was made for one Region stays so.
  return { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: purpose === 'secrets' };
}

async function nameKey(alias: string, arn: string): Promise<void> {
  const created = kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn }));
  await unless(['AlreadyExists'], created);
}

async function scheduleDeletion(keyArn: string): Promise<void> {
  await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyArn, PendingWindowInDays: extrasDeletedAfterDays }));
}

/** A policy may name only principals that KMS sees already, and new roles reach it late. */
async function settledPolicy<Result>(creation: Promise<Result>): Promise<Result> {
  const result = await unless(['MalformedPolicyDocument'], creation);
  if (result === undefined) throw new NotReady('KMS does not yet know a principal that the policy of the key names');
  return result;
}

function given<Value>(value: Value | undefined, operation: string): Value {
  if (value === undefined) throw new TypeError(`KMS answered ${operation} without its result`);
  return value;
}
