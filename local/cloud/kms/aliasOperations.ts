import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { arnOf, nowOf, type World } from '../world.ts';
import { keyAccess } from './access.ts';
import { keyId, pageOf, pageRequest } from './inputs.ts';
import {
  type Alias,
  aliasesOfKey,
  aliasNotFound,
  aliasOf,
  existingAliases,
  putAlias,
  removeAlias,
  requireKept,
  requireKey,
  requireNameable,
} from './keys.ts';

const aliasName = z.string().min(1).max(256);

/** Source: KMS Developer Guide, "Resource quotas". */
const maxAliases = 50;

const aliasOfKey = z.strictObject({ AliasName: aliasName, TargetKeyId: keyId });

export const CreateAlias = operation({
  input: aliasOfKey,
  access: (world, { AliasName, TargetKeyId }) => [
    aliasAccess(world, 'kms:CreateAlias', AliasName),
    keyAccess(world, 'kms:CreateAlias', TargetKeyId),
  ],
  run: (world, { AliasName, TargetKeyId }) => {
    checkAliasName(AliasName);
    const key = requireNameable(world, requireKept(requireKeyById(world, TargetKeyId)));
    if (aliasOf(world, AliasName)) {
      throw new AwsError(
        'AlreadyExistsException',
        `An alias with the name ${arnOf(world, 'kms', AliasName)} already exists`,
      );
    }
    if (aliasesOfKey(world, key.keyId).length >= maxAliases) {
      throw new AwsError('LimitExceededException', `${key.arn} has ${maxAliases} aliases`);
    }
    const now = nowOf(world);
    putAlias(world, { aliasName: AliasName, keyId: key.keyId, createdAt: now, updatedAt: now });
    return {};
  },
});

export const UpdateAlias = operation({
  input: aliasOfKey,
  access: (world, { AliasName, TargetKeyId }) => [
    aliasAccess(world, 'kms:UpdateAlias', AliasName),
    keyAccess(world, 'kms:UpdateAlias', requireAlias(world, AliasName).keyId),
    keyAccess(world, 'kms:UpdateAlias', TargetKeyId),
  ],
  run: (world, { AliasName, TargetKeyId }) => {
    const alias = requireAlias(world, AliasName);
    const key = requireKept(requireKeyById(world, TargetKeyId));
    if (requireKey(world, alias.keyId).keySpec !== key.keySpec) {
      throw new AwsError(
        'ValidationException',
        'The current key and the new key must have the same type and key usage',
      );
    }
    putAlias(world, { ...alias, keyId: key.keyId, updatedAt: nowOf(world) });
    return {};
  },
});

export const DeleteAlias = operation({
  input: z.strictObject({ AliasName: aliasName }),
  access: (world, { AliasName }) => [
    aliasAccess(world, 'kms:DeleteAlias', AliasName),
    keyAccess(world, 'kms:DeleteAlias', requireAlias(world, AliasName).keyId),
  ],
  run: (world, { AliasName }) => {
    removeAlias(world, requireAlias(world, AliasName).aliasName);
    return {};
  },
});

export const ListAliases = operation({
  input: z.strictObject({ KeyId: keyId.optional(), ...pageRequest }),
  access: () => [{ action: 'kms:ListAliases', resource: '*' }],
  run: (world, { KeyId, ...page }) => {
    const found = KeyId === undefined ? existingAliases(world) : aliasesOfKey(world, requireKey(world, KeyId).keyId);
    const { rows, ...rest } = pageOf(found, page, (alias) => alias.aliasName);
    return { Aliases: rows.map((alias) => aliasOutput(world, alias)), ...rest };
  },
});

function aliasAccess(world: World, action: string, name: string): Access {
  return { action, resource: arnOf(world, 'kms', name) };
}

function requireAlias(world: World, name: string): Alias {
  const alias = aliasOf(world, name);
  if (!alias) throw aliasNotFound(world, name);
  return alias;
}

/** An alias points to a key, never to another alias. */
function requireKeyById(world: World, named: string) {
  if (named.includes('alias/')) throw new AwsError('ValidationException', 'Aliases must refer to keys. Not aliases');
  return requireKey(world, named);
}

function checkAliasName(name: string): void {
  if (name.startsWith('alias/aws/')) throw new AwsError('NotAuthorizedException', 'alias/aws/ is reserved');
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw new AwsError('ValidationException', `Alias must start with the prefix "alias/": ${name}`);
  }
}

function aliasOutput(world: World, alias: Alias) {
  return {
    AliasName: alias.aliasName,
    AliasArn: arnOf(world, 'kms', alias.aliasName),
    TargetKeyId: alias.keyId,
    CreationDate: new Date(alias.createdAt),
    LastUpdatedDate: new Date(alias.updatedAt),
  };
}
