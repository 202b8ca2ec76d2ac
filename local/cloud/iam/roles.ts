import { tableOf, type World } from '../world.ts';
import { type Effective, effectiveNow } from './delayedSettings.ts';
import { noSuchEntity, unmodifiableEntity } from './errors.ts';
import type { PolicySet } from './policySet.ts';

/** An IAM role with its policies. */
export interface Role {
  readonly roleName: string;
  readonly path: string;
  /** AROA…: a role made again under the same name has another. */
  readonly roleId: string;
  readonly arn: string;
  readonly createdAt: number;
  /** From when GetRole finds it. */
  readonly visibleByIdAt: number;
  /** From when other services find it: as principal of a key policy, to be assumed. */
  readonly usableAt: number;
  readonly description: string | undefined;
  readonly maxSessionDuration: number;
  readonly tags: Readonly<Record<string, string>>;
  /** The service that a service-linked role belongs to: `autoscaling.amazonaws.com`. */
  readonly linkedTo: string | undefined;
  readonly trust: Effective<string>;
  /** Inline policies by name. */
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicies: readonly string[];
  readonly boundary: string | undefined;
  /** What the three above amount to, and from when. */
  readonly policies: Effective<PolicySet>;
}

export const roles = tableOf<Role>('iam.roles');

/** Names are compared without regard to case (source: IAM User Guide, "IAM identifiers"). */
export function roleByName(world: World, name: string): Role | undefined {
  return roles(world).get(name.toLowerCase());
}

/** The role of this ARN, path included. */
export function roleOf(world: World, arn: string): Role | undefined {
  const role = roleByName(world, arn.slice(arn.lastIndexOf('/') + 1));
  return role?.arn === arn ? role : undefined;
}

export function putRole(world: World, role: Role): void {
  roles(world).put(role.roleName.toLowerCase(), role);
}

const noPolicies: PolicySet = { identity: [] };

/** What the role's policies are at this moment, seconds behind what was put last. */
export function policiesInForce(world: World, role: Role): PolicySet {
  return effectiveNow(world, role.policies) ?? noPolicies;
}

/** The role of this name, or AWS's error. */
export function requireRole(world: World, name: string): Role {
  const role = roleByName(world, name);
  if (!role) throw roleNotFound(name);
  return role;
}

/** A service-linked role belongs to its service: nobody else changes it. */
export function requireModifiableRole(world: World, name: string): Role {
  const role = requireRole(world, name);
  if (role.linkedTo === undefined) return role;
  throw unmodifiableEntity(
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  );
}

export function roleNotFound(name: string) {
  return noSuchEntity(`The role with name ${name} cannot be found.`);
}
