import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { ClusterIdentity } from './blueprint.ts';

/** What everything of the cluster is named and tagged by. */
export function clusterIdentity({ metadata, spec }: ClusterSpec, facts: Facts): ClusterIdentity {
  return {
    id: facts.clusterId,
    deploymentId: facts.deployment.id,
    name: metadata.name,
    environment: metadata.environment,
    account: facts.account,
    region: spec.region,
    zones: spec.zones,
    tags: metadata.tags,
  };
}
