import * as z from 'zod';
import { ensureEach } from '../../../shared/aws/adoption.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureRules } from '../../../shared/aws/securityGroupRules.ts';
import { ensureSecurityGroup } from '../../../shared/aws/securityGroups.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { together } from '../../../shared/together.ts';

/** Ensures every security group, then their rules, which name each other's groups. */
export const handler = step(z.object({ vpcId: z.string(), natAddresses: idsByKey }), async ({ plan, input }) => {
  const { cluster, securityGroups } = plan.blueprint;
  const known = await knownResources(cluster.id);
  const resources = { clusterId: cluster.id, kind: 'security-group', known } as const;
  const groups = await ensureEach(resources, securityGroups, async (blueprint) => ({
    ...(await ensureSecurityGroup(cluster, input.vpcId, blueprint, known)),
    blueprint,
  }));
  const securityGroupIds = Object.fromEntries(Object.entries(groups).map(([key, { id }]) => [key, id]));

  const peers = { securityGroupIds, natAddresses: input.natAddresses };
  await together(Object.values(groups), (group) => ensureRules(group.blueprint, group, peers));
  return { securityGroupIds };
});
