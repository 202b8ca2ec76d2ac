import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { recordAudit } from '../../../shared/store/audit.ts';
import { forgetClusterRows } from '../../../shared/store/clusterRows.ts';
import { forgetCluster } from '../../../shared/store/clusters.ts';

/** Forgets a deleted cluster. Its runs and its audit are kept, so that its history can be looked up by its name. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const rows = await forgetClusterRows(run.clusterId);
  await forgetCluster(run.clusterName);
  await recordAudit(run.clusterName, {
    action: 'cluster-deleted',
    id: run.clusterId,
    by: run.executionArn,
    detail: { clusterId: run.clusterId, runId: run.runId },
  });
  return { rows };
});
