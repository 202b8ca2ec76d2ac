import { isDeepStrictEqual } from 'node:util';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GetKeyPolicyCommand,
  GetPublicKeyCommand,
  type KeyMetadata,
  paginateListKeys,
  paginateListResourceTags,
  SignCommand,
} from '@aws-sdk/client-kms';
import type { ClusterIdentity, KeyBlueprint } from '../blueprint/blueprint.ts';
import { kms } from '../clients/kms.ts';
import { kmsOnce } from '../clients/kmsOnce.ts';
import { NotReady } from '../errors.ts';
import type { KnownResources } from '../store/resources.ts';
import { ensureWithoutToken } from './adoption.ts';
import { errorName, settled, unless } from './errors.ts';
import type { KeyPolicy } from './keyPolicies.ts';
import { canonicalPolicy } from './policyDocument.ts';
import { requireShape, type Shape } from './shape.ts';
import { awsTags, keyIn } from './tags.ts';

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

/** Ensures a key of the cluster under its alias, and returns its ARN. */
export async function ensureKey(
  cluster: ClusterIdentity,
  key: KeyBlueprint,
  policy: KeyPolicy,
  known: KnownResources,
): Promise<string> {
  const resource = `key/${key.key}` as const;
  const arn = await ensureWithoutToken(
    { clusterId: cluster.id, resource, known },
    {
      make: () => createKey(cluster, key, policy),
      find: () => findKeys(cluster.id, key.key),
      shapeOf: (found) => ({
        ...keyShape(key, found),
        policy: [canonicalPolicy(found.policy), canonicalPolicy(JSON.stringify(policy))],
      }),
    },
  );
  await nameKey(key.alias, arn);
  return arn;
}

/** Signs with a CA's key; the answer is DER. At most 4,096 bytes, several times a certificate. */
export async function signWith(keyArn: string, message: Uint8Array): Promise<Uint8Array> {
  const { Signature } = await usable(
    kms.send(
      new SignCommand({ KeyId: keyArn, Message: message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' }),
    ),
  );
  return given(Signature, 'Sign');
}

/** The public half of a CA's key: DER, SubjectPublicKeyInfo. */
export async function readPublicKey(keyArn: string): Promise<Uint8Array> {
  const { PublicKey } = await usable(kms.send(new GetPublicKeyCommand({ KeyId: keyArn })));
  return given(PublicKey, 'GetPublicKey');
}

/** A new RSA key pair that only KMS has seen. RSA, because AWS STS verifies service-account tokens as RS256. */
export async function wrapNewKeyPair(keyArn: string, context: KeyContext): Promise<WrappedKeyPair> {
  const pair = await usable(
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
  const { CiphertextBlob } = await usable(
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

/** Keys that a creation left whose answer was lost: ours in every property, and no more of them than answers were lost. */
export async function keysLeftByLostAnswers(
  cluster: ClusterIdentity,
  key: KeyBlueprint,
  policy: KeyPolicy,
  known: KnownResources,
): Promise<string[]> {
  const lost = known.unanswered(`key/${key.key}`).length;
  if (lost === 0) return [];
  const wanted = canonicalPolicy(JSON.stringify(policy));
  const found = (await findKeys(cluster.id, key.key)).filter(
    (each) =>
      !known.ids.has(each.id) &&
      isDeepStrictEqual(canonicalPolicy(each.policy), wanted) &&
      Object.values(keyShape(key, each)).every(([is, was]) => is === was),
  );
  return found.length <= lost ? found.map(({ id }) => id) : [];
}

interface FoundKey {
  /** Its ARN. */
  readonly id: string;
  readonly metadata: KeyMetadata;
  readonly policy: string;
}

/** Keys that carry the cluster's tags for this name. Only a lost answer makes it necessary to ask every key of the account. */
async function findKeys(clusterId: string, name: string): Promise<FoundKey[]> {
  const found: FoundKey[] = [];
  for await (const page of paginateListKeys({ client: kms }, {})) {
    for (const { KeyArn } of page.Keys ?? []) {
      if (KeyArn === undefined || (await nameIn(KeyArn, clusterId)) !== name) continue;
      const { KeyMetadata: metadata } = await kms.send(new DescribeKeyCommand({ KeyId: KeyArn }));
      if (metadata?.KeyState === 'PendingDeletion') continue;
      const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId: KeyArn, PolicyName: 'default' }));
      found.push({ id: KeyArn, metadata: given(metadata, 'DescribeKey'), policy: Policy });
    }
  }
  return found;
}

/** The name that the cluster's tags give the key. One whose policy does not let the account's roles look is not ours. */
async function nameIn(keyArn: string, clusterId: string): Promise<string | undefined> {
  const pages = paginateListResourceTags({ client: kms }, { KeyId: keyArn });
  try {
    for await (const page of pages) {
      const tags = (page.Tags ?? []).map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }));
      const name = keyIn(tags, clusterId, 'key');
      if (name !== undefined) return name;
    }
  } catch (error) {
    if (!['AccessDenied', 'NotFound'].includes(errorName(error))) throw error;
  }
  return undefined;
}

function keyShape(key: KeyBlueprint, { metadata }: FoundKey): Shape {
  const { KeySpec, KeyUsage, MultiRegion = false } = materialOf(key);
  return {
    spec: [metadata.KeySpec, KeySpec],
    usage: [metadata.KeyUsage, KeyUsage],
    origin: [metadata.Origin, 'AWS_KMS'],
    'multi-Region use': [metadata.MultiRegion, MultiRegion],
    manager: [metadata.KeyManager, 'CUSTOMER'],
    state: [metadata.KeyState, 'Enabled'],
  };
}

async function createKey(cluster: ClusterIdentity, key: KeyBlueprint, policy: KeyPolicy): Promise<string> {
  const { KeyMetadata } = await settledPolicy(
    kmsOnce.send(
      new CreateKeyCommand({
        ...materialOf(key),
        Description: keyDescription(cluster, key),
        Policy: JSON.stringify(policy),
        // The policy denies its change to all but named roles, this one included; KMS calls that a lock-out.
        BypassPolicyLockoutSafetyCheck: true,
        Tags: awsTags(cluster, `key/${key.key}`).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }),
    ),
  );
  return given(KeyMetadata?.Arn, 'CreateKey');
}

/** What the key says of itself. */
export const keyDescription = (cluster: ClusterIdentity, { key }: KeyBlueprint): string =>
  `${key} of the cluster ${cluster.id}`;

/** What the key is made of and for. */
export function materialOf({
  purpose,
}: KeyBlueprint): Pick<CreateKeyCommandInput, 'KeySpec' | 'KeyUsage' | 'MultiRegion'> {
  if (purpose === 'authority') return { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' };
  // A backup in another Region is worth nothing without this key, and a key that was made for one Region stays so.
  return { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: purpose === 'secrets' };
}

/** Gives the key its alias; one that names another key is somebody else's, however it is tagged. */
async function nameKey(alias: string, arn: string): Promise<void> {
  // Denied: whether IAM is asked about a name that leads to no key, AWS does not say. A true denial shows itself later.
  const key = (await unless(['NotFound', 'AccessDenied'], namedKey(alias))) ?? (await newlyNamedKey(alias, arn));
  requireShape(alias, { key: [key.Arn, arn], state: [key.KeyState, 'Enabled'] });
}

async function newlyNamedKey(alias: string, arn: string): Promise<KeyMetadata> {
  const creation = usable(kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: arn })));
  await unless(['AlreadyExists'], creation);
  return settled(namedKey(alias));
}

async function namedKey(alias: string): Promise<KeyMetadata> {
  const { KeyMetadata: metadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
  return given(metadata, 'DescribeKey');
}

/** For what uses a key that an earlier state created: KMS does not find it yet, or finds it in no state to be used. */
async function usable<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await settled(call);
  } catch (error) {
    if (errorName(error) !== 'KMSInvalidState') throw error;
    throw new NotReady(`KMS does not let the key be used (yet): ${(error as Error).message}`, { cause: error });
  }
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
