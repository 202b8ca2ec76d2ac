import { findNetworkInterfaces, removeNetworkInterface } from '../../shared/aws/networkInterfaces.ts';
import { together } from '../../shared/aws/together.ts';
import { findVolumes, removeVolume } from '../../shared/aws/volumes.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the slots' interfaces and volumes, and any root volume that a machine left. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const interfaces = await findNetworkInterfaces(run.clusterId);
  await together(interfaces, ({ id }) => removeNetworkInterface(id));

  const volumes = (await findVolumes(run.clusterId)).filter(({ state }) => !state.startsWith('delet'));
  await together(volumes, ({ id }) => removeVolume(id));
  return { deleted: interfaces.length + volumes.length };
});
