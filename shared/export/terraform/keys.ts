import { keyPolicy } from '../../aws/keyPolicies.ts';
import { keyDescription, materialOf } from '../../aws/kms.ts';
import type { Plan } from '../../blueprint/plan.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { attribute, nameOf, type Part } from './syntax.ts';

/** The KMS keys and their aliases. Nobody reads their material, so none can be in a file or in the state. */
export function keysPart(plan: Plan, observed: Observation): Part {
  const { cluster, keys } = plan.blueprint;
  return {
    resources: keys.flatMap((key) => {
      const { KeySpec, KeyUsage, MultiRegion } = materialOf(key);
      const name = nameOf('key', key.key);
      return [
        {
          type: 'aws_kms_key',
          name,
          id: idIn(observed, `key/${key.key}`),
          values: {
            description: keyDescription(cluster, key),
            key_usage: KeyUsage,
            customer_master_key_spec: KeySpec,
            ...(MultiRegion && { multi_region: true }),
            policy: JSON.stringify(keyPolicy(key, plan)),
            tags: tagsOf(cluster, 'key', key.key),
            lifecycle: { prevent_destroy: true },
          },
        },
        {
          type: 'aws_kms_alias',
          name,
          id: key.alias,
          values: { name: key.alias, target_key_id: attribute('aws_kms_key', name, 'key_id') },
        },
      ];
    }),
  };
}
