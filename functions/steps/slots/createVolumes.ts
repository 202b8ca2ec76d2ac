import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureVolume } from '../../../shared/aws/volumes.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';

/** Ensures the encrypted volume of each slot that holds etcd's data, which outlives its machines. */
export const handler = step(z.object({ keyArns: idsByKey }), async ({ plan, input: { keyArns } }) => {
  const { cluster, slots } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const withVolume = slots.flatMap(({ volume, ...slot }) => (volume ? [{ ...slot, volume }] : []));
  const volumeIds = await ensureEach({ clusterId: cluster.id, kind: 'volume', known }, withVolume, (slot) =>
    ensureVolume(cluster, slot, idFor(keyArns, 'volumes', 'key'), known),
  );
  return { volumeIds };
});
