import type { Access } from '../operation.ts';
import type { Principal } from '../principal.ts';
import type { World } from '../world.ts';

/** One answer of IAM: whether this principal may do this, as the world is at this moment. */
export interface Decision {
  readonly world: World;
  readonly principal: Exclude<Principal, { kind: 'service' }>;
  readonly access: Access;
  readonly isAllowed: boolean;
}

type Listener = (decision: Decision) => void;

const listeners = new Set<Listener>();

/** Tells `listener` of every decision, in all worlds of this process; the answer ends it. */
export function observeDecisions(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function reportDecision(decision: Decision): void {
  for (const listener of listeners) listener(decision);
}
