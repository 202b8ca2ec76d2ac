import { findKubernetesVolumes } from '../../shared/aws/kubernetesVolumes.ts';
import { interfacesUsing } from '../../shared/aws/networkInterfaces.ts';
import { revokeCrossReferences } from '../../shared/aws/securityGroupRules.ts';
import {
  findKubernetesSecurityGroups,
  findSecurityGroups,
  removeSecurityGroup,
} from '../../shared/aws/securityGroups.ts';
import { together } from '../../shared/aws/together.ts';
import { removeVolume } from '../../shared/aws/volumes.ts';
import { NotReady } from '../../shared/step/errors.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the volumes that Kubernetes made, but for those that are to be kept, and its security groups. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const { removable, kept } = await findKubernetesVolumes(run.clusterId);
  await together(removable, removeVolume);

  const groups = await findKubernetesSecurityGroups(run.clusterId);
  const left = await interfacesUsing(groups.map(({ id }) => id));
  if (left.length > 0) throw new NotReady(`${left.length} interfaces of Kubernetes' load balancers are left`);

  // The cloud controller manager lets its balancers' groups into the workers' group, which then names them.
  await together([...groups, ...(await findSecurityGroups(run.clusterId))], revokeCrossReferences);
  await together(groups, ({ id }) => removeSecurityGroup(id));
  return { deleted: removable.length + groups.length, keptVolumes: kept.length };
});
