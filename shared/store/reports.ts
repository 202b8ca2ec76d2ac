import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../clients/dynamodb.ts';
import { now } from '../environment.ts';
import {
  deleteRow,
  isConditionFailure,
  type Key,
  marshallRow,
  queryRows,
  readRow,
  tableName,
  writeRow,
  writeTogether,
} from './table.ts';

/** What machines report while they boot, in this order. */
export const phases = [
  'bundle-fetched',
  'certificates-issued',
  'etcd-serving',
  'control-plane-serving',
  'node-ready',
] as const;

export type Phase = (typeof phases)[number];

/** How a phase goes. `waiting` is "not yet": stored and shown, it neither ends a wait nor fails it. */
export type Outcome = 'done' | 'waiting' | 'failed';

export interface PhaseReport {
  readonly clusterId: string;
  readonly instanceId: string;
  readonly phase: Phase;
  readonly outcome: Outcome;
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

/**
 * Stores that a phase is done, once, and counts it for its group in the same write; or stores what it waits for or why it
 * failed. False for a report on a phase that was done before: success is not taken back.
 */
export async function storePhaseReport(report: PhaseReport): Promise<boolean> {
  const row = { ...phaseKey(report.clusterId, report.phase, report.instanceId), ...report, at: now().toISOString() };
  return report.outcome === 'done' ? storeDone(report, row) : writeUnlessDone(row);
}

const unlessDone = {
  ConditionExpression: 'attribute_not_exists(pk) OR outcome <> :done',
  ExpressionAttributeValues: marshall({ ':done': 'done' }),
};

async function writeUnlessDone(row: Key & PhaseReport): Promise<boolean> {
  try {
    await dynamodb.send(new PutItemCommand({ TableName: tableName(), Item: marshallRow(row), ...unlessDone }));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

async function storeDone(report: PhaseReport, row: Key & PhaseReport): Promise<boolean> {
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
  return writeTogether([{ Put: { TableName: tableName(), Item: marshallRow(row), ...unlessDone } }, ...count]);
}

/** What an instance has reported of a phase last. */
export const readPhaseReport = (
  clusterId: string,
  phase: Phase,
  instanceId: string,
): Promise<PhaseReport | undefined> => readRow<PhaseReport>(phaseKey(clusterId, phase, instanceId));

/**
 * How many machines of the group, launched from this template version, have ever reported this phase done: those that
 * were replaced since count, too. Cheap to ask; whether they are still there, Auto Scaling knows.
 */
export async function countDone(
  clusterId: string,
  phase: Phase,
  group: string,
  templateVersion: string,
): Promise<number> {
  const row = await readRow<{ machines: number }>(countKey(clusterId, phase, group, templateVersion));
  return row?.machines ?? 0;
}

/** All phase reports of a cluster: which machine got how far, what it waits for, and what failed. */
export const listPhaseReports = (clusterId: string): Promise<(PhaseReport & { at: string })[]> =>
  queryRows(partitionOf(clusterId), 'phase#');

/** Which machines have reported this phase, and how. */
export const listReportsOf = (clusterId: string, phase: Phase): Promise<PhaseReport[]> =>
  queryRows(partitionOf(clusterId), `phase#${phase}#`);

/** Deletes what a machine that is gone has reported of its phases. */
export async function forgetPhaseReports(clusterId: string, instanceId: string): Promise<void> {
  for (const phase of phases) await deleteRow(phaseKey(clusterId, phase, instanceId));
}

/** A run continues without machines of this group that do not come up: so many of its nodes are there. */
export interface GroupShortfall {
  readonly group: string;
  readonly machines: number;
  readonly missing: number;
  /** Which machines fail, and with what. */
  readonly failing: string;
}

/** Notes, for one run, with how many nodes a group has come up. */
export async function storeShortfall(clusterId: string, runId: string, shortfall: GroupShortfall): Promise<void> {
  const sk = `shortfall#${runId}#${shortfall.group}`;
  await writeRow({ pk: partitionOf(clusterId), sk, ...shortfall });
}

/** Groups of which this run has continued without some nodes. */
export const listShortfalls = (clusterId: string, runId: string): Promise<GroupShortfall[]> =>
  queryRows(partitionOf(clusterId), `shortfall#${runId}#`);

/** Stores the result of an operation on one machine; machines cannot overwrite each other's reports. */
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
