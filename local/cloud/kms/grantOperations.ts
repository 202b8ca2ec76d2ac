import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { principalArn } from '../iam/requestContext.ts';
import { operation } from '../operation.ts';
import type { Principal } from '../principal.ts';
import { nowOf, type World } from '../world.ts';
import { keyAccess } from './access.ts';
import { constraints, type Grant, grantOperation, grants } from './grants.ts';
import { keyId, pageOf, pageRequest } from './inputs.ts';
import { requireEnabled, requireKey } from './keys.ts';

/** 50,000 a key (source: KMS Developer Guide, "Resource quotas"). */
const maxGrants = 50_000;

const newGrant = z.strictObject({
  KeyId: keyId,
  GranteePrincipal: z.string().min(1).max(256),
  RetiringPrincipal: z.string().min(1).max(256).optional(),
  Operations: z.array(grantOperation).min(1),
  Constraints: constraints.optional(),
  Name: z
    .string()
    .regex(/^[a-zA-Z0-9:/_-]{1,256}$/)
    .optional(),
});

export const CreateGrant = operation({
  input: newGrant,
  access: (world, input) => [
    keyAccess(world, 'kms:CreateGrant', input.KeyId, {
      context: {
        'kms:GranteePrincipal': input.GranteePrincipal,
        'kms:GrantOperations': input.Operations,
        ...(input.RetiringPrincipal === undefined ? {} : { 'kms:RetiringPrincipal': input.RetiringPrincipal }),
        ...constraintContext(input.Constraints),
      },
    }),
  ],
  run: (world, input, { principal }) => {
    const key = requireEnabled(world, requireKey(world, input.KeyId));
    const same = grantsOfKey(world, key.keyId).find((grant) => isSame(grant, input));
    if (same) return { GrantToken: same.token, GrantId: same.grantId };
    if (grantsOfKey(world, key.keyId).length >= maxGrants) {
      throw new AwsError('LimitExceededException', `${key.arn} has ${maxGrants} grants`);
    }
    const grant: Grant = {
      grantId: world.random.hex(64),
      token: Buffer.from(world.random.hex(64)).toString('base64'),
      keyId: key.keyId,
      createdAt: nowOf(world),
      issuedBy: principalArn(principal),
      granteePrincipal: input.GranteePrincipal,
      retiringPrincipal: input.RetiringPrincipal,
      operations: input.Operations,
      constraints: input.Constraints,
      name: input.Name,
    };
    grants(world).put(grant.grantId, grant);
    return { GrantToken: grant.token, GrantId: grant.grantId };
  },
});

export const ListGrants = operation({
  input: z.strictObject({
    KeyId: keyId,
    GrantId: z.string().min(1).max(128).optional(),
    GranteePrincipal: z.string().min(1).max(256).optional(),
    ...pageRequest,
  }),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:ListGrants', KeyId)],
  run: (world, { KeyId, GrantId, GranteePrincipal, ...page }) => {
    const key = requireKey(world, KeyId);
    const found = grantsOfKey(world, key.keyId).filter(
      (grant) =>
        (GrantId === undefined || grant.grantId === GrantId) &&
        (GranteePrincipal === undefined || grant.granteePrincipal === GranteePrincipal),
    );
    const { rows, ...rest } = pageOf(found, page, (grant) => grant.grantId);
    return { Grants: rows.map((grant) => grantOutput(grant, key.arn)), ...rest };
  },
});

export const RevokeGrant = operation({
  input: z.strictObject({ KeyId: keyId, GrantId: z.string().min(1).max(128) }),
  access: (world, { KeyId }) => [keyAccess(world, 'kms:RevokeGrant', KeyId)],
  run: (world, { KeyId, GrantId }) => {
    const key = requireKey(world, KeyId);
    if (grants(world).get(GrantId)?.keyId !== key.keyId) throw grantNotFound(GrantId);
    grants(world).delete(GrantId);
    return {};
  },
});

export const RetireGrant = operation({
  input: z.strictObject({
    GrantToken: z.string().min(1).max(8192).optional(),
    KeyId: keyId.optional(),
    GrantId: z.string().min(1).max(128).optional(),
  }),
  access: (world, input, { principal }) => {
    const grant = requireGrant(world, input);
    return mayRetire(grant, principal) ? [] : [keyAccess(world, 'kms:RetireGrant', grant.keyId)];
  },
  run: (world, input) => {
    grants(world).delete(requireGrant(world, input).grantId);
    return {};
  },
});

/** Who retires a grant by the grant itself: its retiring principal, or a grantee who was given that operation. */
function mayRetire(grant: Grant, principal: Principal): boolean {
  const name = principal.kind === 'role' ? principal.roleArn : principalArn(principal);
  const isGrantee = grant.granteePrincipal === name && grant.operations.includes('RetireGrant');
  return grant.retiringPrincipal === name || isGrantee;
}

function requireGrant(
  world: World,
  named: { GrantToken?: string | undefined; KeyId?: string | undefined; GrantId?: string | undefined },
): Grant {
  if (named.GrantToken !== undefined) {
    for (const grant of grants(world).rows()) if (grant.token === named.GrantToken) return grant;
    throw new AwsError('InvalidGrantTokenException', 'The grant token is not valid');
  }
  if (named.KeyId === undefined || named.GrantId === undefined) {
    throw new AwsError('ValidationException', 'Either a grant token, or a key ARN and a grant id are needed');
  }
  const key = requireKey(world, named.KeyId);
  const grant = grants(world).get(named.GrantId);
  if (grant?.keyId !== key.keyId) throw grantNotFound(named.GrantId);
  return grant;
}

function grantsOfKey(world: World, keyId: string): Grant[] {
  return [...grants(world).rows()].filter((grant) => grant.keyId === keyId);
}

/** Grants of one name with equal parameters are one grant (source: CreateGrant, parameter Name). */
function isSame(grant: Grant, input: z.output<typeof newGrant>): boolean {
  if (input.Name === undefined || grant.name !== input.Name) return false;
  const wanted = [input.GranteePrincipal, input.RetiringPrincipal, input.Operations, input.Constraints];
  const given = [grant.granteePrincipal, grant.retiringPrincipal, grant.operations, grant.constraints];
  return JSON.stringify(wanted) === JSON.stringify(given);
}

function constraintContext(given: Grant['constraints']): Record<string, string> {
  if (given?.EncryptionContextEquals) return { 'kms:GrantConstraintType': 'EncryptionContextEquals' };
  return given?.EncryptionContextSubset ? { 'kms:GrantConstraintType': 'EncryptionContextSubset' } : {};
}

function grantOutput(grant: Grant, keyArn: string) {
  return {
    KeyId: keyArn,
    GrantId: grant.grantId,
    CreationDate: new Date(grant.createdAt),
    GranteePrincipal: grant.granteePrincipal,
    IssuingAccount: `arn:aws:iam::${keyArn.split(':')[4]}:root`,
    Operations: [...grant.operations],
    ...(grant.name === undefined ? {} : { Name: grant.name }),
    ...(grant.retiringPrincipal === undefined ? {} : { RetiringPrincipal: grant.retiringPrincipal }),
    ...(grant.constraints === undefined ? {} : { Constraints: grant.constraints }),
  };
}

function grantNotFound(grantId: string): AwsError {
  return new AwsError('NotFoundException', `Grant ID ${grantId} not found`);
}
