import * as z from 'zod';
import { runContext } from '../../../shared/runContext.ts';
import { withNamedErrors } from '../../../shared/step/step.ts';
import { releaseLock } from '../../../shared/store/lock.ts';

const event = z.object({ run: runContext });

/**
 * Gives the cluster's lock back: the run's last state. It does not ask for the lock first, because a try whose answer was
 * lost has given it back already; only the holder's own is ever released.
 */
export const handler = withNamedErrors(async (input: unknown): Promise<object> => {
  const { run } = event.parse(input);
  await releaseLock(run);
  return {};
});
