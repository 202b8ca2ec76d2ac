import type { Facts } from '../facts/facts.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { assetBlueprints } from './assets.ts';
import type { Blueprint } from './blueprint.ts';
import { clusterIdentity } from './clusterIdentity.ts';
import { gatewayBlueprints } from './gateways.ts';
import { keyBlueprints } from './keys.ts';
import { kubernetesBlueprint } from './kubernetes.ts';
import { loadBalancerBlueprint } from './loadBalancer.ts';
import { nodeGroupBlueprints } from './nodeGroups.ts';
import { type BasePlan, pinnedFacts, pinnedSpec } from './pinned.ts';
import { roleBlueprints } from './roles.ts';
import { securityGroupBlueprints } from './securityGroups.ts';
import { slotBlueprints } from './slots.ts';
import { subnetBlueprints, vpcBlueprint } from './subnets.ts';

/**
 * Everything that a cluster of this spec consists of. The spec was validated against the same facts. With the plan by which the
 * cluster was made, what the spec does not name stays as it is: images, addresses, subnets, sizes of the control plane.
 */
export function buildBlueprint(spec: ClusterSpec, facts: Facts, base?: BasePlan): Blueprint {
  return base === undefined ? built(spec, facts) : built(pinnedSpec(spec, base), pinnedFacts(facts, base));
}

function built(spec: ClusterSpec, facts: Facts): Blueprint {
  const { clusterId } = facts;
  const vpc = vpcBlueprint(spec, facts);
  const subnets = subnetBlueprints(spec, facts);
  const gateways = gatewayBlueprints(spec, subnets);
  const slots = slotBlueprints(spec, facts, subnets);
  const nodeGroups = nodeGroupBlueprints(spec, facts, subnets);
  return {
    cluster: clusterIdentity(spec, facts),
    vpc,
    subnets,
    ...gateways,
    securityGroups: securityGroupBlueprints(spec, { clusterId, vpc, natGateways: gateways.natGateways }),
    roles: roleBlueprints(spec, facts),
    keys: keyBlueprints(facts),
    loadBalancer: loadBalancerBlueprint(spec, clusterId, subnets),
    slots,
    nodeGroups,
    assets: assetBlueprints(
      spec.spec.kubernetesVersion,
      [...slots, ...nodeGroups].map(({ machine }) => machine.architecture),
      facts.assetCatalogue,
    ),
    kubernetes: kubernetesBlueprint(spec),
  };
}
