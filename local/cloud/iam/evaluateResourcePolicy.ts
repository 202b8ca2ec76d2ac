import type { Access } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';
import { compilePolicy } from './compiledPolicy.ts';
import type { PolicyPrincipal } from './policyDocument.ts';
import type { ContextValues } from './policyPattern.ts';
import { principalArn } from './requestContext.ts';
import type { ResourcePolicy } from './resourcePolicies.ts';

/**
 * Whom a policy on a resource lets in: this session, its role (or everyone), or the account as a whole, which then
 * decides by its identity policies.
 */
type LetsIn = 'session' | 'principal' | 'account';

export type ResourceVerdict =
  | 'denied'
  | { readonly letsIn: LetsIn | undefined; readonly isRequired: boolean; readonly statement: string | undefined };

const strength: readonly LetsIn[] = ['account', 'principal', 'session'];

export function evaluateResourcePolicy(
  world: World,
  policy: ResourcePolicy,
  principal: Principal,
  access: Access,
  context: ContextValues,
): ResourceVerdict {
  let letsIn: LetsIn | undefined;
  let label: string | undefined;
  for (const statement of compilePolicy(policy.document)) {
    if (!statement.coversAction(access.action) || !statement.covers(access.resource, context)) continue;
    const named = howNamed(world, statement.principal, principal);
    if (!named) continue;
    if (statement.effect === 'Deny') return 'denied';
    if (letsIn && strength.indexOf(named) <= strength.indexOf(letsIn)) continue;
    letsIn = named;
    label = statement.label;
  }
  if (letsIn !== 'session' && letsIn !== 'principal' && policy.grants?.(grantee(principal), access))
    letsIn = 'principal';
  return { letsIn, isRequired: policy.isRequired ?? false, statement: label };
}

/** By which of its names a policy's Principal means the caller (source: IAM User Guide, "Principal"). */
function howNamed(world: World, named: PolicyPrincipal | undefined, principal: Principal): LetsIn | undefined {
  if (named === undefined) return undefined;
  if (named === '*') return 'principal';
  if (principal.kind === 'service') return named.Service?.includes(principal.service) ? 'principal' : undefined;
  const names = named.AWS ?? [];
  if (principal.kind === 'role' && names.includes(principalArn(principal))) return 'session';
  if (names.includes('*') || names.includes(grantee(principal))) return 'principal';
  const accounts = [world.account, `arn:aws:iam::${world.account}:root`];
  return names.some((name) => accounts.includes(name)) ? 'account' : undefined;
}

/** The name under which policies and grants know the caller for good: its role, not its session. */
function grantee(principal: Principal): string {
  return principal.kind === 'role' ? principal.roleArn : principalArn(principal);
}
