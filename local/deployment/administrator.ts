import type { Principal } from '../cloud/principal.ts';
import type { World } from '../cloud/world.ts';

/** The person at the keyboard, who deployed the stack. */
export function administratorOf(world: World): Principal {
  return { kind: 'administrator', arn: `arn:aws:iam::${world.account}:user/operator` };
}
