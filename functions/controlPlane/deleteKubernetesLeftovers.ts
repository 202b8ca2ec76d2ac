import { findLeftSecurityGroups, findLeftVolumes } from '../../shared/aws/kubernetesLeftovers.ts';
import { interfacesUsing } from '../../shared/aws/networkInterfaces.ts';
import { removeSecurityGroup } from '../../shared/aws/securityGroups.ts';
import { together } from '../../shared/aws/together.ts';
import { removeVolume } from '../../shared/aws/volumes.ts';
import { NotReady } from '../../shared/step/errors.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the volumes that Kubernetes made, but for those that are to be kept, and its security groups. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const { removable, kept } = await findLeftVolumes(run.clusterId);
  await together(removable, removeVolume);

  const groups = await findLeftSecurityGroups(run.clusterId);
  const left = await interfacesUsing(groups);
  if (left.length > 0) throw new NotReady(`${left.length} interfaces of Kubernetes' load balancers are left`);
  await together(groups, removeSecurityGroup);
  return { deleted: removable.length + groups.length, keptVolumes: kept.length };
});
