import { isVolumeKey } from '../../shared/aws/keys.ts';
import { findKubernetesVolumes } from '../../shared/aws/kubernetesVolumes.ts';
import { type Observed, observe } from '../../shared/aws/observe.ts';
import { NotReady } from '../../shared/step/errors.ts';
import { stepWithoutPlan } from '../../shared/step/step.ts';

/**
 * Done when AWS shows nothing that carries the cluster's tags, but for the key of volumes that are kept. Names what is
 * left, in case it stays.
 */
export const handler = stepWithoutPlan(async ({ run }) => {
  const keptVolumes = (await findKubernetesVolumes(run.clusterId)).length;
  const isKeptKey = ({ kind, key }: Observed) => kind === 'key' && keptVolumes > 0 && isVolumeKey({ key });
  const left = (await observe(run.clusterId)).filter((observed) => !isKeptKey(observed));
  if (left.length > 0) {
    const first = left.slice(0, 10).map(({ kind, key, id }) => `${kind}/${key} (${id})`);
    throw new NotReady(`${left.length} resources of ${run.clusterId} are left: ${first.join(', ')}`);
  }
  return { left: 0, keptVolumes };
});
