import { instanceState, instances } from '../../../local/cloud/ec2/instances.ts';
import { tagSets } from '../../../local/cloud/ec2/tags.ts';
import { tagSets as balancingTags } from '../../../local/cloud/elasticLoadBalancing/tags.ts';
import type { TestAccount } from '../embeddedWorld.ts';

/** IAM, KMS and EC2 hold tags as a record in the model, Auto Scaling as a list. */
type Tags = Readonly<Record<string, string>> | readonly { readonly key: string; readonly value: string }[] | undefined;

/**
 * `kind/key` of everything that carries the cluster's tags, in order. Left out is what comes and goes with a machine: root
 * volumes, and the instances of groups.
 */
export function taggedResources({ world }: TestAccount, clusterId: string): string[] {
  const rows = (table: string) => [...world.tables.table<{ readonly tags?: Tags }>(table).rows()];
  const ec2 = [...tagSets(world).rows()].filter(({ resourceId }) => {
    const instance = instances(world).get(resourceId);
    return instance === undefined || (instanceState(world, instance) === 'running' && instance.groupName === undefined);
  });
  const others = ['iam.roles', 'iam.instanceProfiles', 'kms.keys', 'autoscaling.groups'].flatMap(rows);
  const tags = [...ec2.map((row) => row.tags), ...balancingTags(world).rows(), ...others.map((row) => row.tags)].map(
    asRecord,
  );
  return tags
    .filter((record) => record['kubestep/cluster'] === clusterId)
    .map((record) => record['kubestep/resource'] ?? 'no resource tag')
    .filter((resource) => !resource.startsWith('volume/root-'))
    .sort();
}

function asRecord(tags: Tags = {}): Readonly<Record<string, string>> {
  return Array.isArray(tags)
    ? Object.fromEntries(tags.map(({ key, value }) => [key, value]))
    : (tags as Record<string, string>);
}
