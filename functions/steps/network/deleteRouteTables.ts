import { isMember } from '../../../shared/aws/membership.ts';
import { findRouteTables, removeRouteTable } from '../../../shared/aws/routeTables.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { membershipOf } from '../../../shared/store/membership.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the cluster's route tables with their associations. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const membership = await membershipOf(run.clusterId);
  const tables = (await findRouteTables(run.clusterId)).filter((found) => isMember(membership, found));
  await together(tables, removeRouteTable);
  return { deleted: tables.length };
});
