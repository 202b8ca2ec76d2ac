import * as z from 'zod';
import type { Access } from '../operation.ts';
import { tableOf, type World } from '../world.ts';

export const grantOperation = z.enum([
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GetPublicKey',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
  'Sign',
  'Verify',
]);

export const constraints = z.strictObject({
  EncryptionContextSubset: z.record(z.string(), z.string()).optional(),
  EncryptionContextEquals: z.record(z.string(), z.string()).optional(),
});

/** Leave to use a key in some ways, beside its policy. */
export interface Grant {
  readonly grantId: string;
  readonly token: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly issuedBy: string;
  readonly granteePrincipal: string;
  readonly retiringPrincipal: string | undefined;
  readonly operations: readonly z.output<typeof grantOperation>[];
  readonly constraints: z.output<typeof constraints> | undefined;
  readonly name: string | undefined;
}

export const grants = tableOf<Grant>('kms.grants');

/** Whether a grant on the key lets this principal do what it asks. A grant counts at once, as with its token. */
export function grantAllows(world: World, keyId: string, grantee: string, access: Access): boolean {
  const asked = access.action.slice('kms:'.length);
  for (const grant of grants(world).rows()) {
    if (grant.keyId !== keyId || grant.granteePrincipal !== grantee) continue;
    if (grant.operations.some((name) => name === asked) && meets(grant.constraints, access)) return true;
  }
  return false;
}

function meets(wanted: Grant['constraints'], access: Access): boolean {
  const prefix = 'kms:EncryptionContext:';
  const given = new Map(
    Object.entries(access.context ?? {}).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
    ),
  );
  const subset = { ...wanted?.EncryptionContextSubset, ...wanted?.EncryptionContextEquals };
  const size = Object.keys(wanted?.EncryptionContextEquals ?? {}).length;
  if (wanted?.EncryptionContextEquals && given.size !== size) return false;
  return Object.entries(subset).every(([key, value]) => given.get(key) === value);
}
