import { now } from '../environment.ts';
import { LockHeld } from '../errors.ts';
import { recordAudit } from '../store/audit.ts';
import { type LockHolder, readLock, takeLock } from '../store/lock.ts';
import { executionOf, isAtWork } from './executionOf.ts';
import { resumeCommand } from './lockProgress.ts';

/**
 * A function of the old holder may still be at work when its execution has ended: the longest function timeout of this
 * deployment (serverless.yml: 120 s for mirrorAssets) must pass before anyone else writes.
 */
export const takeoverAfterSeconds = 150;

/** Takes the cluster's lock for this execution, from a holder that no longer runs only if `takeOver` says so. */
export async function claimLock(clusterName: string, holder: LockHolder, takeOver: boolean): Promise<void> {
  const lock = await readLock(clusterName);
  const from = lock.holder;
  if (from === undefined || from.executionArn === holder.executionArn) {
    if ((await takeLock(clusterName, holder)) === undefined) throw await heldBy(clusterName);
    return;
  }

  const execution = await executionOf(from.executionArn);
  const ended = endOf(from, execution);
  if (!takeOver || ended === undefined)
    throw new LockHeld(
      `Cluster ${clusterName} has been locked by ${from.operation} ${from.runId} since ${from.since}${whatToDo(clusterName, from, execution)}`,
    );
  const quietSeconds = (now().getTime() - ended.getTime()) / 1000;
  if (quietSeconds < takeoverAfterSeconds) {
    const rest = Math.ceil(takeoverAfterSeconds - quietSeconds);
    throw new LockHeld(
      `The lock of cluster ${clusterName} can be taken over from ${from.runId} in ${rest} s, when none of its functions can still be at work.`,
      rest,
    );
  }
  if ((await takeLock(clusterName, holder, from)) === undefined) throw await heldBy(clusterName);
  await recordAudit(clusterName, {
    action: 'lock-taken-over',
    id: holder.executionArn,
    by: holder.executionArn,
    detail: { from: from.executionArn, heldSince: from.since },
  });
}

async function heldBy(clusterName: string): Promise<LockHeld> {
  const { holder } = await readLock(clusterName);
  return new LockHeld(
    `Another run took the lock of cluster ${clusterName} at this moment: ${holder?.runId ?? 'it has ended since'}. Ask again.`,
  );
}

function whatToDo(clusterName: string, holder: LockHolder, execution: Execution | undefined): string {
  if (execution === undefined)
    return ', and that run never started. Send the request that it was recorded for again, or take the lock over (--take-over).';
  return isAtWork(execution)
    ? `, and it is running. Wait for it, or stop it (kubestep stop ${holder.runId} --cluster ${clusterName}).`
    : `; that run ended at ${execution.stopDate?.toISOString()} without finishing. Resume it (${resumeCommand(clusterName, holder)}), or take the lock over (--take-over).`;
}

type Execution = NonNullable<Awaited<ReturnType<typeof executionOf>>>;

/** When the holder's execution ended; undefined while it runs. One that never started ended when it took the lock. */
function endOf(holder: LockHolder, execution: Execution | undefined): Date | undefined {
  if (execution === undefined) return new Date(holder.since);
  return isAtWork(execution) ? undefined : execution.stopDate;
}
