import { keyPolicy } from '../../shared/aws/keyPolicies.ts';
import { ensureKey } from '../../shared/aws/kms.ts';
import { togetherByKey } from '../../shared/aws/together.ts';
import { step } from '../../shared/step/step.ts';

/** Ensures the cluster's keys: one for each CA, one that wraps secrets, one for volumes. Returns their ARNs. */
export const handler = step(async ({ plan, attempt }) => {
  const { cluster, keys } = plan.blueprint;
  return { keyArns: await togetherByKey(keys, (key) => ensureKey(cluster, key, keyPolicy(key, plan), attempt)) };
});
