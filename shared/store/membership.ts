import type { Membership } from '../aws/membership.ts';
import { listSlots } from './machines.ts';
import { knownResources } from './resources.ts';

/** What proves that a thing is the cluster's, as far as it is stored. */
export async function membershipOf(clusterId: string): Promise<Membership> {
  const slots = await listSlots(clusterId);
  const instanceIds = slots.flatMap(({ instanceId }) => (instanceId === undefined ? [] : [instanceId]));
  return { clusterId, known: await knownResources(clusterId), instanceIds: new Set(instanceIds) };
}
