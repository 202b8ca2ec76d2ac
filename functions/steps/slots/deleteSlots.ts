import { isOurInterface, isOurVolume } from '../../../shared/aws/membership.ts';
import { findNetworkInterfaces, removeNetworkInterface } from '../../../shared/aws/networkInterfaces.ts';
import { findVolumes, removeVolume } from '../../../shared/aws/volumes.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the slots' interfaces and volumes, and any root volume that a machine left. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const interfaces = (await findNetworkInterfaces(run.clusterId)).filter((found) => isOurInterface(membership, found));
  await together(interfaces, ({ id }) => removeNetworkInterface(id));

  const volumes = (await findVolumes(run.clusterId)).filter(
    (found) => isOurVolume(membership, found) && !found.state.startsWith('delet'),
  );
  await together(volumes, ({ id }) => removeVolume(id));
  return { deleted: interfaces.length + volumes.length };
});
