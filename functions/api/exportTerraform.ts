import { answered } from '../../shared/operations/answer.ts';
import { exportedCluster } from '../../shared/operations/exportTerraform.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';
import { readPlan } from '../../shared/store/plans.ts';

/** The cluster as Terraform's code, with import blocks: it looks, and changes nothing. */
export const handler = answered(async (event: unknown) =>
  exportedCluster(await readPlan((await clusterOfPath(event, 'exportTerraform')).planHash)),
);
