import * as z from 'zod';
import { ensureSubnet } from '../../shared/aws/subnets.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';
import { knownResources } from '../../shared/store/resources.ts';

/** Ensures every subnet of the blueprint and returns their ids. */
export const handler = step(z.object({ vpcId: z.string() }), async ({ plan, input }) => {
  const { cluster, subnets } = plan.blueprint;
  const known = await knownResources(cluster.id);
  return { subnetIds: await togetherByKey(subnets, (subnet) => ensureSubnet(cluster, input.vpcId, subnet, known)) };
});
