import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../clients/dynamodb.ts';
import { now } from '../environment.ts';
import type { RunContext } from '../runContext.ts';
import type { Phase } from './reports.ts';
import { isConditionFailure, type Key, queryRows, readRow, tableName, writeRow } from './table.ts';

/** A phase of machines that are known by name: those of slots. */
export interface MachinesAwaited {
  readonly phase: Phase;
  readonly instanceIds: readonly string[];
  /** Which slot each has, for people. */
  readonly slotOf?: Readonly<Record<string, string>>;
}

/** A phase of as many machines of a group as were asked for, whichever they are. */
export interface GroupAwaited {
  readonly phase: Phase;
  readonly group: string;
  /** The group's name in Auto Scaling. */
  readonly groupName: string;
  readonly templateVersion: string;
  readonly count: number;
}

/** An operation, of the machine that was asked: no other may answer for it. */
export interface OperationAwaited {
  readonly operationId: string;
  readonly instanceId: string;
  /** Where a backup's machine may store what it has saved; no other operation may store anything. */
  readonly snapshotKey?: string;
}

/** What a waiting state needs to hear before it continues. */
export type Awaited = MachinesAwaited | GroupAwaited | OperationAwaited;

/** A state that waits, as the reports that end its wait find it. */
export interface Wait {
  readonly clusterId: string;
  /** Distinguishes it from all other waits of the cluster: run, branch, state, and which of several side by side. */
  readonly name: string;
  readonly taskToken: string;
  readonly awaited: Awaited;
  /** ISO 8601: when its first try began, or its first since a person resumed the run. */
  readonly since: string;
  readonly resumed: number;
  /** Machines known by name that have not reported yet. DynamoDB knows no empty set: absent when all have. */
  readonly pending?: ReadonlySet<string>;
}

const keyOf = ({ clusterId, name }: Pick<Wait, 'clusterId' | 'name'>): Key => ({ pk: `waits#${clusterId}`, sk: name });

/** Names the wait of a state; `slot` separates states that wait side by side, such as the items of a Map. */
export const waitName = ({ runId, branch }: RunContext, state: string, slot = 'only'): string =>
  `${runId}#${branch}#${state}#${slot}`;

/** Stores a wait, over the one of an earlier try, and returns it as it is stored. */
export async function openWait(wait: Omit<Wait, 'since' | 'pending'>): Promise<Wait> {
  const earlier = await readRow<Wait>(keyOf(wait));
  const isSameTry = earlier !== undefined && earlier.resumed === wait.resumed;
  const opened: Wait = {
    ...wait,
    since: isSameTry ? earlier.since : now().toISOString(),
    ...('instanceIds' in wait.awaited && { pending: new Set(wait.awaited.instanceIds) }),
  };
  await writeRow({ ...keyOf(wait), ...opened });
  return opened;
}

/** The waits of a cluster that are not over: a handful. */
export const listWaits = (clusterId: string): Promise<Wait[]> => queryRows<Wait>(`waits#${clusterId}`);

/** A wait for an operation of one machine. */
type OperationWait = Wait & { readonly awaited: OperationAwaited };

/** What waits for this operation of this machine. */
export async function listWaitsFor({
  clusterId,
  ...operation
}: OperationAwaited & Pick<Wait, 'clusterId'>): Promise<OperationWait[]> {
  return (await listWaits(clusterId)).filter((wait) => isFor(wait, operation));
}

function isFor(wait: Wait, { operationId, instanceId }: OperationAwaited): wait is OperationWait {
  const { awaited } = wait;
  return 'operationId' in awaited && awaited.operationId === operationId && awaited.instanceId === instanceId;
}

/**
 * Takes machines out of what is pending: one write a report, however many are awaited. Answers the wait as it is then,
 * undefined where it is over or belongs to another try by now.
 */
export async function takeFromPending(wait: Wait, instanceIds: readonly string[]): Promise<Wait | undefined> {
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName(),
        Key: marshall(keyOf(wait)),
        UpdateExpression: 'DELETE pending :reported',
        ConditionExpression: 'taskToken = :token',
        ExpressionAttributeValues: marshall({ ':reported': new Set(instanceIds), ':token': wait.taskToken }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes && (unmarshall(Attributes) as Wait);
  } catch (error) {
    if (isConditionFailure(error)) return undefined;
    throw error;
  }
}

/** Forgets a wait that is over, unless another try waits by now. */
export async function closeWait(wait: Wait): Promise<void> {
  try {
    await dynamodb.send(
      new DeleteItemCommand({
        TableName: tableName(),
        Key: marshall(keyOf(wait)),
        ConditionExpression: 'taskToken = :token',
        ExpressionAttributeValues: marshall({ ':token': wait.taskToken }),
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}
