import {
  findInstanceProfiles,
  findMachineRoles,
  removeInstanceProfile,
  removeMachineRole,
} from '../../../shared/aws/roles.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the instance profiles and roles of the cluster's machines. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const profiles = await findInstanceProfiles(run.clusterId);
  await together(profiles, removeInstanceProfile);

  const roles = await findMachineRoles(run.clusterId);
  await together(roles, removeMachineRole);
  return { deleted: profiles.length + roles.length };
});
