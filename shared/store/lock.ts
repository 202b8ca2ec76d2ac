import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamodb } from '../clients/dynamodb.ts';
import { LockLost } from '../errors.ts';
import type { RunContext } from '../runContext.ts';
import { isConditionFailure, type Key, marshallRow, readRow, tableName } from './table.ts';

/** Who may write to a cluster. */
export interface LockHolder {
  readonly executionArn: string;
  readonly runId: string;
  readonly operation: string;
  /** ISO 8601 */
  readonly since: string;
}

export interface Lock {
  /** Never goes back, also while nobody holds the lock. */
  readonly fence: number;
  readonly holder?: LockHolder;
}

const lockKey = (clusterName: string): Key => ({ pk: `cluster#${clusterName}`, sk: 'lock' });

/** The lock as it is now; fence 0 and no holder for a cluster that never had one. */
export async function readLock(clusterName: string): Promise<Lock> {
  return (await readRow<Lock>(lockKey(clusterName))) ?? { fence: 0 };
}

/**
 * Takes the lock where it is free, or from the holder named in `from`, and returns the new fence.
 * Undefined when somebody else holds it. Taking it again for the same execution returns the fence it already has.
 */
export async function takeLock(
  clusterName: string,
  holder: LockHolder,
  from?: LockHolder,
): Promise<number | undefined> {
  const lock = await readLock(clusterName);
  if (lock.holder?.executionArn === holder.executionArn) return lock.fence;
  try {
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName(),
        Key: marshall(lockKey(clusterName)),
        UpdateExpression: 'SET holder = :holder, fence = if_not_exists(fence, :zero) + :one',
        ConditionExpression: from ? 'holder.executionArn = :from AND fence = :fence' : 'attribute_not_exists(holder)',
        ExpressionAttributeValues: marshallRow({
          ':holder': holder,
          ':zero': 0,
          ':one': 1,
          ...(from && { ':from': from.executionArn, ':fence': lock.fence }),
        }),
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.['fence']?.N);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    // The SDK sends a write again whose answer was lost; the lock that refuses it may be the one that it has taken.
    const taken = await readLock(clusterName);
    return taken.holder?.executionArn === holder.executionArn ? taken.fence : undefined;
  }
}

/** Gives the lock back; nothing happens when this run does not hold it, or no longer does. */
export async function releaseLock({ clusterName, executionArn, fence }: RunContext): Promise<void> {
  try {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName(),
        Key: marshall(lockKey(clusterName)),
        UpdateExpression: 'REMOVE holder',
        ConditionExpression: 'holder.executionArn = :arn AND fence = :fence',
        ExpressionAttributeValues: marshall({ ':arn': executionArn, ':fence': fence }),
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

/** Redrive skips AcquireLock, so every step asks again before it writes. */
export async function requireLock(run: RunContext): Promise<void> {
  const lock = await readLock(run.clusterName);
  if (lock.holder?.executionArn === run.executionArn && lock.fence === run.fence) return;
  const now = lock.holder
    ? `${lock.holder.operation} ${lock.holder.runId} has held it since ${lock.holder.since}`
    : 'nobody holds it';
  throw new LockLost(
    `${run.runId} no longer holds the lock of cluster ${run.clusterName} (fence ${run.fence}, now ${lock.fence}): ${now}. ` +
      'This run is over; start the operation again.',
  );
}
