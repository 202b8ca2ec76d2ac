import { observe } from '../../shared/aws/observe.ts';
import { NotReady } from '../../shared/step/errors.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/** Done when AWS shows nothing that carries the cluster's tags. Names what is left, in case it stays. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const left = await observe(run.clusterId);
  if (left.length > 0) {
    const first = left.slice(0, 10).map(({ kind, key, id }) => `${kind}/${key} (${id})`);
    throw new NotReady(`${left.length} resources of ${run.clusterId} are left: ${first.join(', ')}`);
  }
  return { left: 0 };
});
