import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import type { KubernetesObject } from './manifest.ts';

/**
 * With routed pods the network is routes of the VPC and each node's own CNI configuration: nothing runs in the cluster.
 * What is left is a note for whoever looks for it there.
 */
export function routedObjects({ podCIDR, nodeMaskSize }: KubernetesBlueprint): readonly KubernetesObject[] {
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'pod-network', namespace: 'kube-system' },
      data: { plugin: 'routed', podCIDR, nodeMaskSize: String(nodeMaskSize) },
    },
  ];
}
