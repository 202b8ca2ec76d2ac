import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { aliasesOfKey, aliasNameIn, type Key, requireKey, type Tags, tagsForAuthorisation, usageOf } from './keys.ts';

/** What a request says about the use of a key, besides the key itself. */
export interface KeyUse {
  readonly encryptionContext?: Readonly<Record<string, string>> | undefined;
  /** The service that uses the key for the caller: `ec2`, `s3`. */
  readonly viaService?: string;
  /** For CreateGrant: whether a service creates the grant for a resource of its own, as EC2 does for a volume. */
  readonly grantIsForAwsResource?: boolean;
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * What IAM must allow to use a key, by id, ARN or alias: `keyAccess(world, 'kms:Sign', keyId)`. Services that use a key for
 * their caller put it into their own `access`: `keyAccess(world, 'kms:CreateGrant', id, { viaService: 'ec2', grantIsForAwsResource: true })`.
 */
export function keyAccess(world: World, action: string, named: string, use: KeyUse = {}): Access {
  const alias = aliasNameIn(world, named);
  return {
    action,
    resource: requireKey(world, named).arn,
    context: {
      ...(alias === undefined ? {} : { 'kms:RequestAlias': alias }),
      ...encryptionContextKeys(use.encryptionContext),
      ...(use.viaService === undefined ? {} : { 'kms:ViaService': `${use.viaService}.${world.region}.amazonaws.com` }),
      ...(action === 'kms:CreateGrant'
        ? { 'kms:GrantIsForAWSResource': String(use.grantIsForAwsResource ?? false) }
        : {}),
      ...use.context,
    },
  };
}

/** The condition keys of tags in a request. */
export function requestTagContext(tags: Tags): Record<string, string | string[]> {
  const names = Object.keys(tags);
  if (names.length === 0) return {};
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': names,
  };
}

/** What a key says of itself to whatever policy asks. */
export function keyContext(world: World, key: Key): Record<string, string | string[]> {
  const tags = Object.entries(tagsForAuthorisation(world, key));
  const names = aliasesOfKey(world, key.keyId).map((alias) => alias.aliasName);
  return {
    ...Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
    ...(names.length === 0 ? {} : { 'kms:ResourceAliases': names }),
    'kms:CallerAccount': world.account,
    'kms:KeySpec': key.keySpec,
    'kms:KeyUsage': usageOf(key.keySpec),
    'kms:KeyOrigin': 'AWS_KMS',
    'kms:MultiRegion': String(key.isMultiRegion === true),
    ...(key.isMultiRegion && { 'kms:MultiRegionKeyType': 'PRIMARY' }),
  };
}

function encryptionContextKeys(context: KeyUse['encryptionContext'] = {}): Record<string, string | string[]> {
  const names = Object.keys(context);
  if (names.length === 0) return {};
  return {
    ...Object.fromEntries(names.map((name) => [`kms:EncryptionContext:${name}`, context[name] ?? ''])),
    'kms:EncryptionContextKeys': names,
  };
}
