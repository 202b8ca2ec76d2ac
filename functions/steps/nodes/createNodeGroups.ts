import * as z from 'zod';
import { ensureAutoScalingGroup } from '../../../shared/aws/autoScalingGroups.ts';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureTemplateVersion } from '../../../shared/aws/launchTemplates.ts';
import { firstBootOf, profileOf } from '../../../shared/launch/bootParts.ts';
import { step } from '../../../shared/step/step.ts';
import { writeTemplate } from '../../../shared/store/machines.ts';
import { together } from '../../../shared/together.ts';

const input = z.object({ subnetIds: idsByKey, securityGroupIds: idsByKey, keyArns: idsByKey });

/** Ensures each node group, still empty, from a pinned version of its launch template. */
export const handler = step(input, async ({ run, plan, input: { subnetIds, securityGroupIds, keyArns } }) => {
  const { cluster, nodeGroups } = plan.blueprint;
  await together(nodeGroups, async (group) => {
    const { bundle, userData } = await firstBootOf(plan, { role: 'worker', group: group.name });
    const template = await ensureTemplateVersion(cluster, group, {
      profileName: profileOf(plan.blueprint, 'worker'),
      securityGroupId: idFor(securityGroupIds, 'workers', 'security group'),
      volumeKeyArn: idFor(keyArns, 'volumes', 'key'),
      userData,
    });
    const subnets = group.subnetKeys.map((key) => idFor(subnetIds, key, 'subnet'));
    const { planHash } = run;
    await writeTemplate(cluster.id, group.groupName, template.version, { group: group.name, planHash, bundle });
    await ensureAutoScalingGroup(cluster, group, template, subnets);
  });
  return { nodeGroups: nodeGroups.length };
});
