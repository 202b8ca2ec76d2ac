import type { Access } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';
import { listeners } from './listeners.ts';

/** One answer of IAM: whether this principal may do this, as the world is at this moment. */
export interface Decision {
  readonly world: World;
  readonly principal: Exclude<Principal, { kind: 'service' }>;
  readonly access: Access;
  readonly isAllowed: boolean;
}

const decisions = listeners<Decision>();

/** Emits every decision. */
export const observeDecisions = decisions.observe;

export const reportDecision = decisions.report;
