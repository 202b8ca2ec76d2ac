import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../clients/dynamodb.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { readPlan } from './plans.ts';
import type { RunRecord } from './runs.ts';
import {
  deleteRow,
  isConditionFailure,
  type Key,
  marshallRow,
  queryRows,
  readRow,
  tableName,
  writeRow,
  writeRowIfAbsent,
} from './table.ts';

export type ClusterStatus = 'creating' | 'active' | 'updating' | 'deleting';

/** What is known of a cluster: a cache for people. The truth is AWS and the cluster's own machines. */
export interface ClusterRecord {
  readonly name: string;
  readonly clusterId: string;
  readonly status: ClusterStatus;
  readonly environment: string;
  readonly region: string;
  readonly kubernetesVersion: string;
  readonly generation: number;
  /** The plan of the cluster as it is; while it is being created, the plan that it is created by. */
  readonly planHash: string;
  /** The plan that a run is bringing the cluster to. */
  readonly targetPlanHash?: string;
  /** A run that was bringing the cluster to a plan was given up: machines and groups may be by that plan. */
  readonly isPartlyChanged?: boolean;
  readonly deletionProtection: boolean;
  /** https://…, once the load balancer has a name. */
  readonly endpoint?: string;
  /** ISO 8601 */
  readonly createdAt: string;
}

const keyOf = (name: string): Key => ({ pk: 'clusters', sk: name });

/** Every cluster of this deployment, by name. */
export const listClusters = (): Promise<ClusterRecord[]> => queryRows<ClusterRecord>('clusters');

/** The cluster of this name, if there is one. */
export const readCluster = (name: string): Promise<ClusterRecord | undefined> => readRow<ClusterRecord>(keyOf(name));

/** Whether the cluster is there as a whole: also while it is changed, and after a change that did not end. */
export const canBeBackedUp = ({ status }: ClusterRecord): boolean => status === 'active' || status === 'updating';

export async function writeCluster(record: ClusterRecord): Promise<void> {
  await writeRow({ ...keyOf(record.name), ...record });
}

/** Switches the cluster's protection against deletion; false where there is no such cluster. */
export async function writeDeletionProtection(name: string, deletionProtection: boolean): Promise<boolean> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName(),
        Key: marshallRow(keyOf(name)),
        UpdateExpression: 'SET deletionProtection = :value',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshallRow({ ':value': deletionProtection }),
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Forgets the cluster; its runs and its audit stay. */
export const forgetCluster = (name: string): Promise<void> => deleteRow(keyOf(name));

/** One version of a cluster's spec, and the plan that was made of it. */
export interface Generation {
  readonly clusterId: string;
  readonly generation: number;
  readonly spec: ClusterSpec;
  readonly planHash: string;
  readonly runId: string;
  readonly requestedAt: string;
}

const generationRow = (clusterName: string, generation: Generation) => {
  const { clusterId, generation: number, spec, planHash, runId, requestedAt } = generation;
  const key = { pk: `cluster#${clusterName}`, sk: `generation#${clusterId}#${String(number).padStart(6, '0')}` };
  return { ...key, clusterId, generation: number, spec, planHash, runId, requestedAt };
};

/** Keeps a generation; an earlier writer of the same number wins. */
export async function writeGeneration(clusterName: string, generation: Generation): Promise<void> {
  await writeRowIfAbsent(generationRow(clusterName, generation));
}

/** Notes that a run has begun to change its cluster: a new record for a creation, a new status otherwise. */
export async function recordStarted(run: RunRecord): Promise<void> {
  const existing = await readCluster(run.clusterName);
  if (run.operation === 'createCluster' && existing === undefined) {
    const { spec } = await readPlan(run.planHash);
    await writeCluster({
      name: run.clusterName,
      clusterId: run.clusterId,
      status: 'creating',
      environment: spec.metadata.environment,
      region: spec.spec.region,
      kubernetesVersion: spec.spec.kubernetesVersion,
      generation: run.generation,
      planHash: run.planHash,
      targetPlanHash: run.planHash,
      deletionProtection: spec.spec.deletionProtection,
      createdAt: run.requestedAt,
    });
  } else if (run.operation === 'reconfigureCluster' && existing) {
    await recordChanging(run, existing);
  } else if (run.operation === 'deleteCluster' && existing) {
    await writeCluster({ ...existing, status: 'deleting' });
  }
}

/** The run holds the lock, so the next generation is what it makes: one of the same number that was given up never was. */
async function recordChanging(run: RunRecord, existing: ClusterRecord): Promise<void> {
  const { spec } = await readPlan(run.planHash);
  await writeRow(generationRow(run.clusterName, { ...run, spec }));
  const { targetPlanHash = run.planHash } = existing;
  const isPartlyChanged = existing.isPartlyChanged || targetPlanHash !== run.planHash;
  await writeCluster({
    ...existing,
    status: 'updating',
    // Raised at once, and lifted by nobody but who may do so: `kubestep protect --off`.
    deletionProtection: existing.deletionProtection || spec.spec.deletionProtection,
    targetPlanHash: run.planHash,
    ...(isPartlyChanged && { isPartlyChanged }),
  });
}
