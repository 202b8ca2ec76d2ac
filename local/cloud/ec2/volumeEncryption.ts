import { AwsError } from '../errors.ts';
import { keyOf, stateOf, usageOf } from '../kms/keys.ts';
import type { Access } from '../operation.ts';
import { arnOf, type World } from '../world.ts';

/** What a caller must be allowed on a key of its own for volumes under it (source: EBS user guide, "Requirements for EBS encryption"). */
const actions = [
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:CreateGrant',
];

/** The ARN of the key that encrypts a volume; undefined where it is not encrypted. */
export function volumeKeyArn(
  world: World,
  { Encrypted, KmsKeyId }: { readonly Encrypted?: boolean | undefined; readonly KmsKeyId?: string | undefined },
): string | undefined {
  if (KmsKeyId !== undefined && !Encrypted) {
    throw new AwsError(
      'InvalidParameterDependency',
      'The parameter [KmsKeyId] requires the parameter Encrypted to be set.',
    );
  }
  if (!Encrypted) return undefined;
  const named = KmsKeyId ?? awsEbsKey;
  return keyOf(world, named)?.arn ?? keyArn(world, named);
}

/** What IAM and the key's policy are asked when a volume is made under a key; nothing for the account's own aws/ebs key. */
export function accessToVolumeKey(world: World, keyId: string | undefined): Access[] {
  if (keyId === undefined) return [];
  const resource = keyOf(world, keyId)?.arn ?? keyArn(world, keyId);
  const via = { 'kms:ViaService': `ec2.${world.region}.amazonaws.com`, 'kms:CallerAccount': world.account };
  return actions.map((action) => ({
    action,
    resource,
    context: action === 'kms:CreateGrant' ? { ...via, 'kms:GrantIsForAWSResource': 'true' } : via,
  }));
}

/** Whether EBS can encrypt under this key: it is the account's own aws/ebs key, or exists and is enabled. */
export function isUsableKey(world: World, arn: string): boolean {
  if (arn === keyArn(world, awsEbsKey)) return true;
  const key = keyOf(world, arn);
  return key !== undefined && stateOf(key) === 'Enabled' && usageOf(key.keySpec) === 'ENCRYPT_DECRYPT';
}

const awsEbsKey = 'alias/aws/ebs';

function keyArn(world: World, keyId: string): string {
  if (keyId.startsWith('arn:')) return keyId;
  return arnOf(world, 'kms', keyId.startsWith('alias/') ? keyId : `key/${keyId}`);
}
