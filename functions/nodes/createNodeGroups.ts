import * as z from 'zod';
import { ensureAutoScalingGroup } from '../../shared/aws/autoScalingGroups.ts';
import { idFor } from '../../shared/aws/ids.ts';
import { idsByKey } from '../../shared/aws/idsByKey.ts';
import { ensureTemplateVersion } from '../../shared/aws/launchTemplates.ts';
import { together } from '../../shared/aws/together.ts';
import { profileOf, userDataFor } from '../../shared/machines/bootParts.ts';
import { step } from '../../shared/step/step.ts';

const input = z.object({ subnetIds: idsByKey, securityGroupIds: idsByKey, keyArns: idsByKey });

/** Ensures each node group, still empty, from a pinned version of its launch template. */
export const handler = step(input, async ({ plan, input: { subnetIds, securityGroupIds, keyArns } }) => {
  const { cluster, nodeGroups } = plan.blueprint;
  await together(nodeGroups, async (group) => {
    const template = await ensureTemplateVersion(cluster, group, {
      profileName: profileOf(plan.blueprint, 'worker'),
      securityGroupId: idFor(securityGroupIds, 'workers', 'security group'),
      volumeKeyArn: idFor(keyArns, 'volumes', 'key'),
      userData: await userDataFor(plan, `group/${group.name}`),
    });
    const subnets = group.subnetKeys.map((key) => idFor(subnetIds, key, 'subnet'));
    await ensureAutoScalingGroup(cluster, group, template, subnets);
  });
  return { nodeGroups: nodeGroups.length };
});
