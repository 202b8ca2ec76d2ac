import { listSlots } from './machines.ts';
import { type KnownResources, knownResources } from './resources.ts';

/** What proves that a thing is the cluster's. Tags do not: anyone who may tag a resource could otherwise have it deleted. */
export interface Membership {
  readonly clusterId: string;
  readonly known: KnownResources;
  /** Machines of the slots, as their launches were answered. */
  readonly instanceIds: ReadonlySet<string>;
}

/** What proves that a thing is the cluster's, as far as it is stored. */
export async function membershipOf(clusterId: string): Promise<Membership> {
  const slots = await listSlots(clusterId);
  const instanceIds = slots.flatMap(({ instanceId }) => (instanceId === undefined ? [] : [instanceId]));
  return { clusterId, known: await knownResources(clusterId), instanceIds: new Set(instanceIds) };
}
