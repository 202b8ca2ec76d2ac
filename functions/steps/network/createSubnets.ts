import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { ensureSubnet } from '../../../shared/aws/subnets.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';

/** Ensures every subnet of the blueprint and returns their ids. */
export const handler = step(z.object({ vpcId: z.string() }), async ({ plan, input }) => {
  const { cluster, subnets } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const existing = subnets.flatMap(({ key, existingSubnetId: id }) => (id === undefined ? [] : [[key, id] as const]));
  const own = subnets.filter(({ existingSubnetId }) => existingSubnetId === undefined);
  const made = await ensureEach({ clusterId: cluster.id, kind: 'subnet', known }, own, (subnet) =>
    ensureSubnet(cluster, input.vpcId, subnet, known),
  );
  return { subnetIds: { ...Object.fromEntries(existing), ...made } };
});
