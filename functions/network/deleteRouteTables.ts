import { findRouteTables, removeRouteTable } from '../../shared/aws/routeTables.ts';
import { together } from '../../shared/aws/together.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Deletes the cluster's route tables with their associations. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const tables = await findRouteTables(run.clusterId);
  await together(tables, removeRouteTable);
  return { deleted: tables.length };
});
