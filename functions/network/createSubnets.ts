import * as z from 'zod';
import { idFor } from '../../shared/aws/ids.ts';
import { ensureSubnet } from '../../shared/aws/subnets.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';
import { knownResources, recordResources } from '../../shared/store/resources.ts';

/** Ensures every subnet of the blueprint and returns their ids. */
export const handler = step(z.object({ vpcId: z.string() }), async ({ plan, input }) => {
  const { cluster, subnets } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const subnetIds = await togetherByKey(subnets, (subnet) => ensureSubnet(cluster, input.vpcId, subnet, known));

  const made = subnets.flatMap(({ key, existingSubnetId }) => {
    const resource = `subnet/${key}` as const;
    const isNew = existingSubnetId === undefined && known.idOf(resource) === undefined;
    return isNew ? [[resource, idFor(subnetIds, key, 'subnet')] as const] : [];
  });
  await recordResources(cluster.id, made);
  return { subnetIds };
});
