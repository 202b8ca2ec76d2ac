import { interfacesUsing } from '../../../shared/aws/networkInterfaces.ts';
import { findSecurityGroups } from '../../../shared/aws/securityGroups.ts';
import { NotReady } from '../../../shared/errors.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';

/** Done when no interface uses the cluster's security groups: those of balancers and endpoints outlive them by minutes. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const groups = await findSecurityGroups(run.clusterId);
  const left = await interfacesUsing(groups.map(({ id }) => id));
  if (left.length > 0) {
    const described = left.slice(0, 5).map(({ id, description }) => `${id} (${description})`);
    throw new NotReady(`${left.length} interfaces still exist: ${described.join(', ')}`);
  }
  return { interfaces: 0 };
});
