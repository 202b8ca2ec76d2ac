import type { RunDescription } from '../shared/operations/describeRun.ts';
import type { ClusterRecord } from '../shared/store/clusters.ts';
import type { RunRecord } from '../shared/store/runs.ts';

// What `-o json` and `-o yaml` give is a contract with scripts: these fields, whatever the store holds beside them.

/** A cluster, for scripts. */
export const clusterView = (cluster: ClusterRecord) => ({
  name: cluster.name,
  clusterId: cluster.clusterId,
  status: cluster.status,
  environment: cluster.environment,
  region: cluster.region,
  kubernetesVersion: cluster.kubernetesVersion,
  deletionProtection: cluster.deletionProtection,
  endpoint: cluster.endpoint,
  createdAt: cluster.createdAt,
});

/** A run in a list, for scripts. */
export const listedRunView = (run: RunRecord, status: string) => ({
  runId: run.runId,
  operation: run.operation,
  cluster: run.clusterName,
  clusterId: run.clusterId,
  status,
  requestedBy: run.requestedBy,
  requestedAt: run.requestedAt,
  endedAt: run.ended?.at,
});

/** A run with its states, for scripts. */
export const runView = ({ run, status, startedAt, endedAt, redrives, view }: RunDescription) => ({
  ...listedRunView(run, status),
  executionArn: run.executionArn,
  planHash: run.planHash,
  startedAt,
  endedAt,
  redrives,
  ...view,
});
