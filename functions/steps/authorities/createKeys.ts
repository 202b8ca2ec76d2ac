import { keyPolicy } from '../../../shared/aws/keyPolicies.ts';
import { ensureKey } from '../../../shared/aws/kms.ts';
import { step } from '../../../shared/step/step.ts';
import { knownResources } from '../../../shared/store/resources.ts';
import { togetherByKey } from '../../../shared/together.ts';

/** Ensures the cluster's keys: one for each CA, one that wraps secrets, one for volumes. Returns their ARNs. */
export const handler = step(async ({ plan }) => {
  const { cluster, keys } = plan.blueprint;
  const known = await knownResources(cluster.id);
  return { keyArns: await togetherByKey(keys, (key) => ensureKey(cluster, key, keyPolicy(key, plan), known)) };
});
