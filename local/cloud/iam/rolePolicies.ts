import type { World } from '../world.ts';
import { changed } from './delayedSettings.ts';
import { noSuchEntity } from './errors.ts';
import { managedPolicyDocument, requireManagedPolicy } from './policies.ts';
import type { NamedPolicy, PolicySet } from './policySet.ts';
import { putRole, type Role } from './roles.ts';

/** Stores a role whose policies changed: what they amount to counts a few seconds later. */
export function putRoleWithPolicies(world: World, role: Role): void {
  const policies = changed(world, role.policies, policySetOf(world, role), world.delays.of('policyEffective'));
  putRole(world, { ...role, policies });
}

function policySetOf(world: World, role: Role): PolicySet {
  const inline = Object.entries(role.inlinePolicies).map(([name, document]) => ({ name, document }));
  const attached = role.attachedPolicies.map((arn) => namedPolicy(world, arn));
  const identity = [...inline, ...attached];
  return role.boundary === undefined ? { identity } : { identity, boundary: namedPolicy(world, role.boundary) };
}

function namedPolicy(world: World, arn: string): NamedPolicy {
  return { name: arn, document: requireManagedPolicy(world, arn) };
}

/** A boundary must be a managed policy that exists. */
export function requireBoundary(world: World, arn: string): void {
  if (managedPolicyDocument(world, arn) === undefined) {
    throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  }
}
