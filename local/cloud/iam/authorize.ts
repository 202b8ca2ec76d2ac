import type { Access } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';

/** Why IAM refuses this access, in AWS's words; undefined where it allows it. */
export function explainDenial(_world: World, principal: Principal, access: Access): string | undefined {
  return principal.kind === 'role' ? `no identity-based policy allows the ${access.action} action` : undefined;
}
