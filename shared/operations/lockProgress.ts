import type { LockHolder } from '../store/lock.ts';
import { executionOf, isAtWork } from './executionOf.ts';

/** How far the run that holds a lock has got. */
export async function progressOf({ executionArn }: LockHolder): Promise<'not started' | 'at work' | 'ended'> {
  const execution = await executionOf(executionArn);
  if (execution === undefined) return 'not started';
  return isAtWork(execution) ? 'at work' : 'ended';
}

/** What a person types to continue the run that holds the lock. */
export const resumeCommand = (cluster: string, { runId }: LockHolder): string =>
  `kubestep resume ${runId} --cluster ${cluster}`;
