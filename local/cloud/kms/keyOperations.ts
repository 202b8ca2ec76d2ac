import * as z from 'zod';
import { AwsError, NotModelled } from '../errors.ts';
import { effectiveAtOnce } from '../iam/delayedSettings.ts';
import { ensureServiceLinkedRole, serviceLinkedRoleAccess } from '../iam/serviceLinkedRoles.ts';
import { type Access, operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { arnOf, nowOf, type World } from '../world.ts';
import { keyAccess, requestTagContext } from './access.ts';
import { keyId, pageOf, pageRequest, tagList, tagsOf, withTags } from './inputs.ts';
import { createMaterial, eraseMaterial } from './keyMaterial.ts';
import { checkKeyPolicy, defaultKeyPolicy } from './keyPolicies.ts';
import {
  existingKeys,
  forgetGoneKeys,
  invalidState,
  type Key,
  type KeySpec,
  putKey,
  requireEnabled,
  requireKept,
  requireKey,
  stateOf,
  usageOf,
} from './keys.ts';

/** Keeps the copies of a multi-Region key alike, by a role that KMS makes with the first such key of an account. */
const multiRegionService = 'mrk.kms.amazonaws.com';

const day = 24 * 60 * 60 * 1000;

export const CreateKey = operation({
  input: z.strictObject({
    KeySpec: z.string().default('SYMMETRIC_DEFAULT'),
    KeyUsage: z.enum(['SIGN_VERIFY', 'ENCRYPT_DECRYPT']).default('ENCRYPT_DECRYPT'),
    Description: z.string().max(8192).default(''),
    Policy: z.string().min(1).optional(),
    BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
    MultiRegion: z.boolean().default(false),
    Tags: tagList.optional(),
  }),
  access: (world, input) => {
    const tags = requestTagContext(tagsOf(input.Tags));
    const create: Access = {
      action: 'kms:CreateKey',
      resource: '*',
      context: {
        ...tags,
        'kms:KeySpec': input.KeySpec,
        'kms:KeyUsage': input.KeyUsage,
        'kms:KeyOrigin': 'AWS_KMS',
        'kms:MultiRegion': String(input.MultiRegion),
        ...(input.MultiRegion && { 'kms:MultiRegionKeyType': 'PRIMARY' }),
        'kms:BypassPolicyLockoutSafetyCheck': String(input.BypassPolicyLockoutSafetyCheck),
      },
    };
    // The key has no ARN yet, so a policy must allow tagging every key of the account (source: CreateKey, required permissions).
    const tag: Access = { action: 'kms:TagResource', resource: arnOf(world, 'kms', 'key/*'), context: tags };
    return [
      create,
      ...(input.Tags?.length ? [tag] : []),
      ...(input.MultiRegion ? [serviceLinkedRoleAccess(world, multiRegionService)] : []),
    ];
  },
  run: (world, input, { principal }) => {
    const keySpec = modelledSpec(input.KeySpec);
    if (usageOf(keySpec) !== input.KeyUsage) {
      throw new AwsError('ValidationException', `KeyUsage ${input.KeyUsage} is not compatible with KeySpec ${keySpec}`);
    }
    const tags = withTags({}, input.Tags ?? []);
    const most = quotaOf(world, 'L-C2F1777E');
    if ([...existingKeys(world)].length >= most) throw new AwsError('LimitExceededException', `More than ${most} keys`);
    const id = newKeyId(world, input.MultiRegion);
    const arn = arnOf(world, 'kms', `key/${id}`);
    const policy = input.Policy ?? defaultKeyPolicy(world);
    const bypassLockout = input.BypassPolicyLockoutSafetyCheck;
    checkKeyPolicy(world, { document: policy, keyArn: arn, bypassLockout }, principal);

    const key: Key = {
      keyId: id,
      arn,
      createdAt: nowOf(world),
      usableAt: nowOf(world) + world.delays.of('keyEnabled'),
      nameableAt: nowOf(world) + world.delays.of('keyNameable'),
      description: input.Description,
      keySpec,
      ...(input.MultiRegion && { isMultiRegion: true }),
      isDisabled: false,
      deletionDate: undefined,
      rotationDays: undefined,
      tags,
      authorisationTags: [{ from: nowOf(world) + world.delays.of('newTagAuthorisation'), value: tags }],
      policy: effectiveAtOnce(policy),
    };
    for (const gone of forgetGoneKeys(world)) eraseMaterial(world, gone);
    createMaterial(world, id, keySpec);
    if (input.MultiRegion) ensureServiceLinkedRole(world, multiRegionService);
    putKey(world, key);
    return { KeyMetadata: keyMetadata(world, key) };
  },
});

const byId = z.strictObject({ KeyId: keyId });

export const DescribeKey = operation({
  input: byId,
  access: (world, { KeyId }) => [keyAccess(world, 'kms:DescribeKey', KeyId)],
  run: (world, { KeyId }) => ({ KeyMetadata: keyMetadata(world, requireKey(world, KeyId)) }),
});

export const ListKeys = operation({
  input: z.strictObject(pageRequest),
  access: () => [{ action: 'kms:ListKeys', resource: '*' }],
  run: (world, page) => {
    const { rows, ...rest } = pageOf(existingKeys(world), page, (key) => key.keyId);
    return { Keys: rows.map((key) => ({ KeyId: key.keyId, KeyArn: key.arn })), ...rest };
  },
});

export const DisableKey = operation({
  input: byId,
  access: (world, { KeyId }) => [keyAccess(world, 'kms:DisableKey', KeyId)],
  run: (world, { KeyId }) => {
    putKey(world, { ...requireKept(requireKey(world, KeyId)), isDisabled: true });
    return {};
  },
});

export const EnableKey = operation({
  input: byId,
  access: (world, { KeyId }) => [keyAccess(world, 'kms:EnableKey', KeyId)],
  run: (world, { KeyId }) => {
    putKey(world, { ...requireKept(requireKey(world, KeyId)), isDisabled: false });
    return {};
  },
});

export const ScheduleKeyDeletion = operation({
  input: byId.extend({ PendingWindowInDays: z.number().int().min(7).max(30).default(30) }),
  access: (world, { KeyId, PendingWindowInDays }) => [
    keyAccess(world, 'kms:ScheduleKeyDeletion', KeyId, {
      context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(PendingWindowInDays) },
    }),
  ],
  run: (world, { KeyId, PendingWindowInDays }) => {
    const key = requireKept(requireKey(world, KeyId));
    const deletionDate = nowOf(world) + PendingWindowInDays * day;
    putKey(world, { ...key, deletionDate });
    return {
      KeyId: key.arn,
      DeletionDate: new Date(deletionDate),
      KeyState: 'PendingDeletion',
      PendingWindowInDays,
    };
  },
});

/** A key whose deletion is called off comes back disabled. */
export const CancelKeyDeletion = operation({
  input: byId,
  access: (world, { KeyId }) => [keyAccess(world, 'kms:CancelKeyDeletion', KeyId)],
  run: (world, { KeyId }) => {
    const key = requireKey(world, KeyId);
    if (key.deletionDate === undefined) throw invalidState(key);
    putKey(world, { ...key, deletionDate: undefined, isDisabled: true });
    return { KeyId: key.arn };
  },
});

/** The model is one Region: who may copy a key into another is judged, the copy is not made. */
export const ReplicateKey = operation({
  input: byId.extend({ ReplicaRegion: z.string().min(1).max(32), Policy: z.string().min(1).optional() }),
  access: (world, { KeyId, ReplicaRegion }) => [
    keyAccess(world, 'kms:ReplicateKey', KeyId, { context: { 'kms:ReplicaRegion': ReplicaRegion } }),
  ],
  run: (world, { KeyId, ReplicaRegion }) => {
    const { isMultiRegion, arn } = requireKey(world, KeyId);
    if (!isMultiRegion) throw new AwsError('UnsupportedOperationException', `${arn} is not a multi-Region key`);
    throw new NotModelled('kms', 'ReplicateKey', `ReplicaRegion ${ReplicaRegion}`);
  },
});

export const EnableKeyRotation = operation({
  input: byId.extend({ RotationPeriodInDays: z.number().int().min(90).max(2560).default(365) }),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:EnableKeyRotation', KeyId)],
  run: (world, { KeyId, RotationPeriodInDays }) => {
    const key = requireEnabled(world, requireSymmetric(requireKey(world, KeyId)));
    putKey(world, { ...key, rotationDays: RotationPeriodInDays });
    return {};
  },
});

/** Asked of any key; of one that KMS does not rotate it is always false (source: KMS API reference, GetKeyRotationStatus). */
export const GetKeyRotationStatus = operation({
  input: byId,
  access: (world, { KeyId }) => [keyAccess(world, 'kms:GetKeyRotationStatus', KeyId)],
  run: (world, { KeyId }) => {
    const { rotationDays, ...key } = requireKey(world, KeyId);
    if (rotationDays === undefined) return { KeyId: key.arn, KeyRotationEnabled: false };
    return {
      KeyId: key.arn,
      KeyRotationEnabled: true,
      RotationPeriodInDays: rotationDays,
      NextRotationDate: new Date(key.createdAt + rotationDays * day),
    };
  },
});

function modelledSpec(spec: string): KeySpec {
  if (spec === 'ECC_NIST_P256' || spec === 'SYMMETRIC_DEFAULT') return spec;
  throw new NotModelled('kms', 'CreateKey', `KeySpec ${spec}`);
}

function requireSymmetric(key: Key): Key {
  if (key.keySpec === 'SYMMETRIC_DEFAULT') return key;
  throw new AwsError('UnsupportedOperationException', `${key.arn} is asymmetric: KMS does not rotate it`);
}

function newKeyId(world: World, isMultiRegion: boolean): string {
  const hex = world.random.hex(32);
  if (isMultiRegion) return `mrk-${hex}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function keyMetadata(world: World, key: Key) {
  const state = stateOf(key);
  const algorithms =
    key.keySpec === 'ECC_NIST_P256'
      ? { SigningAlgorithms: ['ECDSA_SHA_256'] }
      : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] };
  return {
    AWSAccountId: world.account,
    KeyId: key.keyId,
    Arn: key.arn,
    CreationDate: new Date(key.createdAt),
    Enabled: state === 'Enabled',
    Description: key.description,
    KeyUsage: usageOf(key.keySpec),
    KeyState: state,
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: key.keySpec,
    KeySpec: key.keySpec,
    MultiRegion: key.isMultiRegion === true,
    ...(key.isMultiRegion && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: key.arn, Region: world.region },
        ReplicaKeys: [],
      },
    }),
    ...algorithms,
    ...(key.deletionDate === undefined ? {} : { DeletionDate: new Date(key.deletionDate) }),
  };
}
