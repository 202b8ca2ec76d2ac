import type { Blueprint } from '../blueprint/blueprint.ts';
import { fill } from '../machine/template.ts';
import { images } from '../releases/images.ts';
import { nodesAtFirst } from './clusterSize.ts';
import coreDns from './coredns.yaml';
import type { Manifest } from './manifest.ts';

/** How many nodes one replica answers for (source: the cluster proportional autoscaler's settings for DNS). */
const nodesPerReplica = 16;

/** One may always be missing. */
const fewestReplicas = 2;

/** The cluster's DNS. */
export function coreDnsManifest(blueprint: Blueprint): Manifest {
  const { dnsAddress, clusterDomain } = blueprint.kubernetes;
  const text = fill(coreDns, {
    CLUSTER_DOMAIN: clusterDomain,
    DNS_ADDRESS: dnsAddress,
    IMAGE: images.coreDns,
    REPLICAS: Math.max(fewestReplicas, Math.ceil(nodesAtFirst(blueprint) / nodesPerReplica)),
  });
  return { text, rollouts: ['deployment/coredns'] };
}
