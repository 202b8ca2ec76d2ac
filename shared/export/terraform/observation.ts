import type { FoundVersion } from '../../aws/launchTemplates.ts';
import type { FoundRouteTable } from '../../aws/routeTables.ts';
import type { FoundRule } from '../../aws/securityGroupRules.ts';
import type { ResourceName } from '../../blueprint/tags.ts';

/** What only AWS knows of a cluster: the ids that it gave. */
export interface Observation {
  /** Ids, ARNs and names by our own. Nothing that the blueprint names may be missing. */
  readonly ids: ReadonlyMap<ResourceName, string>;
  /** Every rule of the cluster's security groups, by any creator. */
  readonly rules: readonly FoundRule[];
  readonly routeTables: readonly Pick<FoundRouteTable, 'key' | 'routes' | 'associations'>[];
  /** Public addresses of the NAT gateways, by their keys. */
  readonly natAddresses: Readonly<Record<string, string>>;
  /** By node group: the version of its launch template that it is to launch. */
  readonly templates: Readonly<Record<string, FoundVersion & { readonly version: string }>>;
}

/** The id of what the blueprint names. */
export function idIn({ ids }: Observation, resource: ResourceName): string {
  const id = ids.get(resource);
  if (id === undefined) throw new Error(`${resource} was not observed`);
  return id;
}
