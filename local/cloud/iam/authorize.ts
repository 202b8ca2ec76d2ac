import type { Access } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';
import { reportDecision } from './decisions.ts';
import { evaluateResourcePolicy, type ResourceVerdict } from './evaluateResourcePolicy.ts';
import type { ContextValues } from './policyPattern.ts';
import { type PlacedStatement, statementsFor } from './policySet.ts';
import { reportPolicyUse } from './policyUse.ts';
import { principalArn, requestContext } from './requestContext.ts';
import { type ResourcePolicy, resourcePolicyOf } from './resourcePolicies.ts';
import { policiesInForce, roleOf } from './roles.ts';

/**
 * Why IAM refuses this access, in AWS's words; undefined where it allows it. An explicit deny anywhere wins; then the
 * resource's policy or the identity's must allow (both for a KMS key, unless its policy names the caller), and the
 * permissions boundary must not forbid it (source: IAM User Guide, "Policy evaluation logic").
 */
export function explainDenial(world: World, principal: Principal, access: Access): string | undefined {
  if (principal.kind === 'service') return undefined;
  const reason = reasonOfDenial(world, principal, access);
  reportDecision({ world, principal, access, isAllowed: reason === undefined });
  if (reason === undefined) return undefined;
  return `User: ${principalArn(principal)} is not authorized to perform: ${access.action} on resource: ${access.resource} ${reason}`;
}

type Caller = Exclude<Principal, { kind: 'service' }>;

/** What one kind of policy says. */
type Verdict = { readonly allowedBy: PlacedStatement | undefined } | 'denied';

function reasonOfDenial(world: World, caller: Caller, access: Access): string | undefined {
  const policy = resourcePolicyOf(world, access);
  const context = requestContext(world, caller, withContextOf(policy, access));
  const resource = policy && resourceVerdict(world, policy, caller, access, context);
  if (caller.kind === 'administrator') return resource === 'denied' ? deniedBy('a resource-based policy') : undefined;

  const role = roleOf(world, caller.roleArn);
  if (role?.roleId !== caller.roleId) return 'because the security token included in the request is invalid';
  const statements = statementsFor(policiesInForce(world, role), access.action);

  const identity = verdictOf(statements.identity, access, context);
  if (identity === 'denied') return deniedBy('an identity-based policy');
  if (resource === 'denied') return deniedBy('a resource-based policy');
  const boundary = statements.boundary && verdictOf(statements.boundary, access, context);
  if (boundary === 'denied') return deniedBy('a permissions boundary');

  const silent = silentPolicy(identity, resource);
  if (silent) return noneAllows(silent, access);
  if (boundary && !boundary.allowedBy && resource?.letsIn !== 'session') {
    return noneAllows('permissions boundary', access);
  }
  if (identity.allowedBy) {
    const { policy, statement } = identity.allowedBy;
    reportPolicyUse({ world, roleArn: caller.roleArn, policy, statement: statement.label, access });
  }
  return undefined;
}

/** The kind of policy that should have allowed the access and did not. */
function silentPolicy(
  identity: Exclude<Verdict, 'denied'>,
  resource: Exclude<ResourceVerdict, 'denied'> | undefined,
): 'identity-based policy' | 'resource-based policy' | undefined {
  const letsIn = resource?.letsIn;
  if (letsIn === 'session' || letsIn === 'principal') return undefined;
  if (resource?.isRequired && letsIn !== 'account') return 'resource-based policy';
  return identity.allowedBy ? undefined : 'identity-based policy';
}

function verdictOf(statements: readonly PlacedStatement[], access: Access, context: ContextValues): Verdict {
  let allowedBy: PlacedStatement | undefined;
  for (const placed of statements) {
    const { effect } = placed.statement;
    if ((effect === 'Allow' && allowedBy) || !placed.statement.covers(access.resource, context)) continue;
    if (effect === 'Deny') return 'denied';
    allowedBy = placed;
  }
  return { allowedBy };
}

function resourceVerdict(
  world: World,
  policy: ResourcePolicy,
  caller: Caller,
  access: Access,
  context: ContextValues,
): ResourceVerdict {
  const verdict = evaluateResourcePolicy(world, policy, caller, access, context);
  if (verdict !== 'denied' && verdict.statement) {
    reportPolicyUse({ world, roleArn: undefined, policy: 'resource-based', statement: verdict.statement, access });
  }
  return verdict;
}

function withContextOf(policy: ResourcePolicy | undefined, access: Access): Access {
  return policy?.context ? { ...access, context: { ...policy.context, ...access.context } } : access;
}

const deniedBy = (policy: string) => `with an explicit deny in ${policy}`;
const noneAllows = (policy: string, access: Access) => `because no ${policy} allows the ${access.action} action`;
