import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../aws/clients/dynamodb.ts';
import { now } from '../step/environment.ts';
import { marshallRow, queryRows, readRow, tableName, writeRow } from './table.ts';

/** What machines tell of themselves while they boot, in this order. */
export const phases = [
  'bundle-fetched',
  'certificates-issued',
  'etcd-serving',
  'control-plane-serving',
  'node-ready',
] as const;

export type Phase = (typeof phases)[number];

export interface PhaseReport {
  readonly clusterId: string;
  readonly instanceId: string;
  readonly phase: Phase;
  readonly outcome: 'done' | 'failed';
  readonly message?: string;
  /** Workers only: counted by group and launch template version. */
  readonly group?: string;
  readonly templateVersion?: string;
}

export interface OperationReport {
  readonly clusterId: string;
  readonly instanceId: string;
  /** Given with the verb; a verb that is sent twice runs once. */
  readonly operationId: string;
  readonly outcome: 'done' | 'failed';
  readonly message?: string;
  readonly result?: unknown;
}

const partitionOf = (clusterId: string) => `reports#${clusterId}`;
const countKey = (clusterId: string, phase: Phase, group: string, templateVersion: string) => ({
  pk: partitionOf(clusterId),
  sk: `count#${phase}#${group}#${templateVersion}`,
});
const phaseKey = (clusterId: string, phase: Phase, instanceId: string) => ({
  pk: partitionOf(clusterId),
  sk: `phase#${phase}#${instanceId}`,
});
const operationKey = (clusterId: string, operationId: string, instanceId: string) => ({
  pk: partitionOf(clusterId),
  sk: `operation#${operationId}#${instanceId}`,
});

/** Stores that a phase is done, once, and counts it for its group in the same write; or stores what failed. */
export async function storePhaseReport(report: PhaseReport): Promise<void> {
  const row = { ...phaseKey(report.clusterId, report.phase, report.instanceId), ...report, at: now().toISOString() };
  if (report.outcome === 'failed') {
    if (!(await isPhaseDone(report.clusterId, report.phase, report.instanceId))) await writeRow(row);
    return;
  }
  const count =
    report.group && report.templateVersion
      ? [
          {
            Update: {
              TableName: tableName(),
              Key: marshall(countKey(report.clusterId, report.phase, report.group, report.templateVersion)),
              UpdateExpression: 'ADD machines :one',
              ExpressionAttributeValues: marshall({ ':one': 1 }),
            },
          },
        ]
      : [];
  try {
    await dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: tableName(),
              Item: marshallRow(row),
              ConditionExpression: 'attribute_not_exists(pk) OR outcome = :failed',
              ExpressionAttributeValues: marshall({ ':failed': 'failed' }),
            },
          },
          ...count,
        ],
      }),
    );
  } catch (error) {
    if (!wasStoredBefore(error)) throw error;
  }
}

/** Whether this instance has reported this phase done. */
export async function isPhaseDone(clusterId: string, phase: Phase, instanceId: string): Promise<boolean> {
  const row = await readRow<PhaseReport>(phaseKey(clusterId, phase, instanceId));
  return row?.outcome === 'done';
}

/** How many machines of the group, launched from this template version, have reported this phase done. */
export async function countDone(
  clusterId: string,
  phase: Phase,
  group: string,
  templateVersion: string,
): Promise<number> {
  const row = await readRow<{ machines: number }>(countKey(clusterId, phase, group, templateVersion));
  return row?.machines ?? 0;
}

/** All phase reports of a cluster, for people: which machine got how far, and what failed. */
export const listPhaseReports = (clusterId: string): Promise<(PhaseReport & { at: string })[]> =>
  queryRows(partitionOf(clusterId), 'phase#');

/** Stores how an operation went on one machine; machines cannot overwrite each other's reports. */
export async function storeOperationReport(report: OperationReport): Promise<void> {
  const key = operationKey(report.clusterId, report.operationId, report.instanceId);
  await writeRow({ ...key, ...report, at: now().toISOString() });
}

/** What the machine that was asked has reported of the operation. */
export const readOperationReport = (
  clusterId: string,
  operationId: string,
  instanceId: string,
): Promise<OperationReport | undefined> => readRow<OperationReport>(operationKey(clusterId, operationId, instanceId));

function wasStoredBefore(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return false;
  const reasons = (error as Error & { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
  return reasons.some((reason) => reason.Code === 'ConditionalCheckFailed');
}
