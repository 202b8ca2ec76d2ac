import type { ClusterSpec } from '../spec/schema.ts';
import type { LoadBalancerBlueprint, SubnetBlueprint } from './blueprint.ts';
import { shortId } from './names.ts';
import { API_PORT, LISTENER_PORT } from './securityGroups.ts';
import { oneSubnetPerZone } from './subnets.ts';

/** The load balancer before the API servers. */
export function loadBalancerBlueprint(
  spec: ClusterSpec,
  clusterId: string,
  subnets: readonly SubnetBlueprint[],
): LoadBalancerBlueprint {
  const { api, zones } = spec.spec;
  const isPublic = api.access === 'public';
  return {
    key: 'api',
    name: `${shortId(clusterId)}-api`,
    scheme: isPublic ? 'internet-facing' : 'internal',
    subnetKeys: oneSubnetPerZone(subnets, zones, isPublic ? 'public' : 'private'),
    securityGroupKey: 'loadBalancer',
    targetGroup: {
      name: `${shortId(clusterId)}-api`,
      port: API_PORT,
      healthCheckPath: '/readyz',
      // The shortest that find a dead master within 20 s without taking a slow answer for one (kops uses the same).
      healthCheckIntervalSeconds: 10,
      healthyThreshold: 2,
    },
    listenerPort: LISTENER_PORT,
  };
}
