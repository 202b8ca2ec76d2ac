import * as z from 'zod';
import { readInstance } from '../../shared/aws/machineFacts.ts';
import { findPodRouteTables, removePodRoute } from '../../shared/aws/podRoutes.ts';
import { forgetMachine, readIdentity } from '../../shared/store/machines.ts';
import { type PodRange, readPodRange, releasePodRange } from '../../shared/store/podRanges.ts';
import { forgetPhaseReports } from '../../shared/store/reports.ts';
import { together } from '../../shared/together.ts';

/** EventBridge's "EC2 Instance State-change Notification" (EC2 user guide), of any instance of the account. */
const event = z.object({ detail: z.object({ 'instance-id': z.string(), state: z.literal('terminated') }) });

/**
 * What is known of a machine ends with it: the routes to its pods, what it has reported, who it was. What the store does not
 * know of is none of ours. An event may be lost: the Node API believes no machine for long, and `get nodes` asks EC2.
 */
export const handler = async (received: unknown): Promise<void> => {
  const { 'instance-id': instanceId } = event.parse(received).detail;
  const [identity, podRange] = await Promise.all([readIdentity(instanceId), readPodRange(instanceId)]);
  const clusterId = identity?.clusterId ?? podRange?.clusterId;
  if (clusterId === undefined) return;
  // Anyone who may invoke this function can also invent an event, so EC2 is asked.
  const state = (await readInstance(instanceId))?.state ?? 'terminated';
  if (state !== 'terminated') return;

  if (podRange !== undefined) await giveBack(podRange);
  await forgetPhaseReports(clusterId, instanceId);
  // Last, so that a function that dies before this finds the machine again.
  await forgetMachine(instanceId, clusterId);
};

/** Routes first, so that nobody gets a range that still leads elsewhere. */
async function giveBack(podRange: PodRange): Promise<void> {
  const tables = await findPodRouteTables(podRange.clusterId);
  await together(tables, (table) => removePodRoute(table, podRange));
  await releasePodRange(podRange);
}
