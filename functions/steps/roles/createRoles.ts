import { ensureMachineRole } from '../../../shared/aws/roles.ts';
import { step } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Ensures the roles of the cluster's machines, within the deployment's permissions boundary, and their instance profiles. */
export const handler = step(async ({ plan }) => {
  const { cluster, roles } = plan.blueprint;
  await together(roles, (role) => ensureMachineRole(cluster, role, plan.facts.deployment.permissionsBoundaryArn));
  return { roles: roles.length };
});
