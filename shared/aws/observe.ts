import type { ResourceKind } from '../blueprint/tags.ts';
import type { Membership } from '../store/membership.ts';
import { type Noun, nouns } from './nouns.ts';

/** One resource that carries the cluster's tags. */
export interface Observed {
  readonly kind: ResourceKind;
  /** The blueprint's key, where the service's answer has it. */
  readonly key: string;
  /** Id, ARN or name: what AWS knows it by. */
  readonly id: string;
  /** Whether more than its tags says that it is the cluster's. What only wears the tags is left alone. */
  readonly isOurs: boolean;
}

/** Everything that wears a cluster's tags, as AWS shows it now; what is being deleted still counts, what is deleted does not. */
export async function observe(membership: Membership): Promise<Observed[]> {
  const kinds = Object.entries(nouns) as [ResourceKind, Noun][];
  return (await Promise.all(kinds.map(([kind, noun]) => observed(kind, noun, membership)))).flat();
}

async function observed(kind: ResourceKind, { find, ours }: Noun, membership: Membership): Promise<Observed[]> {
  const found = await find(membership.clusterId);
  const isOurs = new Set(ours(membership, found));
  return found.map((item) => ({ kind, key: item.key ?? '', id: item.id, isOurs: isOurs.has(item) }));
}
