import { AwsError } from '../errors.ts';
import type { Access } from '../operation.ts';
import type { Principal, RoleSession } from '../principal.ts';
import { nowOf, type World } from '../world.ts';
import { explainDenial } from './authorize.ts';
import { effectiveNow } from './delayedSettings.ts';
import { evaluateResourcePolicy } from './evaluateResourcePolicy.ts';
import { principalArn, requestContext } from './requestContext.ts';
import { defineResourcePolicies, type ResourcePolicy, resourcePolicyOf } from './resourcePolicies.ts';
import { type Role, roleOf } from './roles.ts';

/** For whom a service assumes a role, where it says so; what the trust policy's conditions are compared with. */
export interface AssumeRoleContext {
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly externalId?: string;
}

/**
 * Assumes a role as a service (`ec2.amazonaws.com`) or as someone, if its trust policy lets them.
 * Throws AWS's AccessDenied otherwise.
 */
export function assumeRole(
  world: World,
  roleArn: string,
  sessionName: string,
  by: string | Principal,
  context: AssumeRoleContext = {},
): RoleSession {
  const principal: Principal = typeof by === 'string' ? { kind: 'service', service: by } : by;
  const access = assumeRoleAccess(world, roleArn, sessionName, { ...sourceOf(world, principal), ...context });
  const role = roleOf(world, roleArn);
  const denial = principal.kind === 'role' ? explainDenial(world, principal, access) : undefined;
  if (!role || role.usableAt > nowOf(world) || denial !== undefined || !isTrusted(world, principal, access)) {
    const reason = denial ?? noTrust(principal, access);
    throw new AwsError('AccessDenied', reason, 403);
  }
  return { kind: 'role', roleArn, roleId: role.roleId, sessionName };
}

/** What IAM must allow to assume a role. */
export function assumeRoleAccess(
  world: World,
  roleArn: string,
  sessionName: string,
  { sourceArn, sourceAccount, externalId }: AssumeRoleContext = {},
): Access {
  const role = roleOf(world, roleArn);
  const tags = Object.entries(role?.tags ?? {}).map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return {
    action: 'sts:AssumeRole',
    resource: roleArn,
    context: {
      ...Object.fromEntries(tags),
      'sts:RoleSessionName': sessionName,
      ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
      ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
      ...(sourceAccount === undefined ? {} : { 'aws:SourceAccount': sourceAccount }),
    },
  };
}

/** Services say for which account they act; EC2 does not when it hands a role to an instance. */
function sourceOf(world: World, principal: Principal): AssumeRoleContext {
  const isSaid = principal.kind === 'service' && principal.service !== 'ec2.amazonaws.com';
  return isSaid ? { sourceAccount: world.account } : {};
}

function isTrusted(world: World, principal: Principal, access: Access): boolean {
  const trust = resourcePolicyOf(world, access);
  if (!trust) return false;
  const verdict = evaluateResourcePolicy(world, trust, principal, access, requestContext(world, principal, access));
  return verdict !== 'denied' && verdict.letsIn !== undefined;
}

function noTrust(principal: Principal, access: Access): string {
  return `User: ${principalArn(principal)} is not authorized to perform: sts:AssumeRole on resource: ${access.resource}`;
}

defineResourcePolicies('sts', (world, access) => {
  const role = access.action === 'sts:AssumeRole' ? roleOf(world, access.resource) : undefined;
  return role && trustPolicyOf(world, role);
});

function trustPolicyOf(world: World, role: Role): ResourcePolicy | undefined {
  const document = effectiveNow(world, role.trust);
  return document === undefined ? undefined : { document, isRequired: true };
}
