import { instanceState, instances } from '../../../local/cloud/ec2/instances.ts';
import { tagSets } from '../../../local/cloud/ec2/tags.ts';
import { tagSets as balancingTags } from '../../../local/cloud/elasticLoadBalancing/tags.ts';
import type { TestAccount } from '../embeddedWorld.ts';

/** Resources of one cluster that exist twice under one name, by their tags. */
export function nothingDoubled({ world }: TestAccount): string[] {
  const alive = [...tagSets(world).rows()].filter(({ resourceId }) => {
    const instance = instances(world).get(resourceId);
    return instance === undefined || !['terminated', 'shutting-down'].includes(instanceState(world, instance));
  });
  const names = [...alive.map(({ tags }) => tags), ...balancingTags(world).rows()].flatMap((tags) => {
    const resource = tags['kubestep/resource'];
    return resource === undefined ? [] : [`${tags['kubestep/cluster']} ${resource}`];
  });
  return names.filter((name, index) => isUnique(name) && names.indexOf(name) !== index);
}

/** Machines of groups share the name of their group's template; so do their volumes. */
const isUnique = (name: string): boolean => !/ (instance|volume)\/(?!master-|root-master-|etcd-)/.test(name);
