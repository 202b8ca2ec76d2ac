import { revokeCrossReferences } from '../../../shared/aws/securityGroupRules.ts';
import { findSecurityGroups, removeSecurityGroup } from '../../../shared/aws/securityGroups.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the cluster's security groups, after the rules by which they name each other. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const groups = await findSecurityGroups(run.clusterId);
  await together(groups, revokeCrossReferences);
  await together(groups, ({ id }) => removeSecurityGroup(id));
  return { deleted: groups.length };
});
