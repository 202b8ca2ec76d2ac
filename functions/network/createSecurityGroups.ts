import * as z from 'zod';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureRules } from '../../shared/aws/securityGroupRules.ts';
import { ensureSecurityGroup } from '../../shared/aws/securityGroups.ts';
import { together } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';
import { knownResources } from '../../shared/store/resources.ts';

/** Ensures every security group, then their rules, which name each other's groups. */
export const handler = step(z.object({ vpcId: z.string(), natAddresses: idsByKey }), async ({ plan, input }) => {
  const { cluster, securityGroups } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const groups = await together(securityGroups, async (blueprint) => ({
    blueprint,
    group: await ensureSecurityGroup(cluster, input.vpcId, blueprint, known),
  }));
  const securityGroupIds = Object.fromEntries(groups.map(({ group }) => [group.key, group.id]));

  const peers = { securityGroupIds, natAddresses: input.natAddresses };
  await together(groups, ({ blueprint, group }) => ensureRules(blueprint, group, peers));
  return { securityGroupIds };
});
