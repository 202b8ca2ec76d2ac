import * as z from 'zod';
import { readPrimaryInterface } from '../../shared/aws/machineFacts.ts';
import { findPodRouteTables, removePodRoute } from '../../shared/aws/podRoutes.ts';
import { together } from '../../shared/aws/together.ts';
import { readPodRange, releasePodRange } from '../../shared/store/podRanges.ts';

/** EventBridge's "EC2 Instance State-change Notification" (EC2 user guide), of any instance of the account. */
const event = z.object({ detail: z.object({ 'instance-id': z.string(), state: z.literal('terminated') }) });

/**
 * Deletes the routes to the pods of a machine that is gone, then gives its range back: in this order, so that nobody gets a
 * range that still leads elsewhere. What the store does not know of is none of ours.
 */
export const handler = async (received: unknown): Promise<void> => {
  const { 'instance-id': instanceId } = event.parse(received).detail;
  const podRange = await readPodRange(instanceId);
  // Whoever may invoke this function can also invent an event: EC2 is asked.
  if (podRange === undefined || (await readPrimaryInterface(instanceId)) !== undefined) return;

  const tables = await findPodRouteTables(podRange.clusterId);
  await together(tables, (table) => removePodRoute(table, podRange));
  await releasePodRange(podRange);
};
