import { nowOf, type World } from '../world.ts';
import { iamArn, newUniqueId } from './identifiers.ts';
import type { Role } from './roles.ts';

/** A role as it begins: without policies, and for a few seconds unknown to other services. */
export function newRole(world: World, given: Pick<Role, 'roleName' | 'path' | 'trust'> & Partial<Role>): Role {
  return {
    roleId: newUniqueId(world, 'AROA'),
    arn: iamArn(world, 'role', given.path, given.roleName),
    createdAt: nowOf(world),
    visibleByIdAt: nowOf(world) + world.delays.of('idVisibility'),
    usableAt: nowOf(world) + world.delays.of('policyEffective'),
    description: undefined,
    maxSessionDuration: 3600,
    tags: {},
    linkedTo: undefined,
    inlinePolicies: {},
    attachedPolicies: [],
    boundary: undefined,
    policies: [],
    ...given,
  };
}
