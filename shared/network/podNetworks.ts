import { calicoBgpCrossSubnet, calicoVxlan } from './calico.ts';
import { flannelVxlan } from './flannel.ts';
import { nodePorts } from './nodePorts.ts';
import { routed } from './routed.ts';
import type { Rule } from './rules.ts';

/** How pods reach each other, as the spec names it. */
export interface PodNetwork {
  readonly plugin: 'flannel' | 'calico' | 'routed';
  readonly calicoMode: 'vxlan' | 'bgp-cross-subnet';
}

/** What must pass between machines for the chosen pod network and for Services. */
export function podNetworkRules({ plugin, calicoMode }: PodNetwork): readonly Rule[] {
  if (plugin === 'flannel') return [...flannelVxlan, ...nodePorts];
  // These admit everything between nodes.
  if (plugin === 'routed') return routed;
  return calicoMode === 'vxlan' ? [...calicoVxlan, ...nodePorts] : calicoBgpCrossSubnet;
}

/** Whether packets leave a node with a pod's address, so that EC2's source/destination check must be off. */
export function sendsPodAddresses({ plugin, calicoMode }: PodNetwork): boolean {
  return plugin === 'routed' || (plugin === 'calico' && calicoMode === 'bgp-cross-subnet');
}
