import * as z from 'zod';
import { NotReady } from '../../../shared/errors.ts';
import { unhealthyTargets } from '../../../shared/launch/margin.ts';
import { step } from '../../../shared/step/step.ts';

/** Done when the load balancer finds the API server of the slot healthy; a slot without one is never waited for. */
export const handler = step(z.object({ slot: z.string() }), async ({ plan, input: { slot } }) => {
  const own = (await unhealthyTargets(plan)).find((target) => target.slot === slot);
  if (own) throw new NotReady(own.text);
  return {};
});
