import type { Rule } from './rules.ts';

/** Nodes from which calico needs Typha between Felix and the API servers (source: Calico's documentation, over 50). */
export const TYPHA_FROM_NODES = 51;

/** Ports between nodes when pods use calico over VXLAN (source: Calico's system requirements). */
export const calicoVxlan: readonly Rule[] = [
  { protocol: 'udp', port: 4789, from: 'nodes', to: 'nodes', why: 'VXLAN between pods' },
  { protocol: 'tcp', port: 5473, from: 'nodes', to: 'nodes', why: 'Felix to Typha' },
];

/**
 * Ports between nodes when calico routes by BGP within a subnet and wraps in IP-in-IP between subnets (source: Calico's
 * system requirements). Unwrapped packets carry pod addresses, which a security group admits only by protocol.
 */
export const calicoBgpCrossSubnet: readonly Rule[] = [
  { protocol: 'tcp', port: 179, from: 'nodes', to: 'nodes', why: 'BGP between nodes' },
  { protocol: '4', port: -1, from: 'nodes', to: 'nodes', why: 'IP-in-IP between pods of two subnets' },
  { protocol: 'tcp', port: 5473, from: 'nodes', to: 'nodes', why: 'Felix to Typha' },
  { protocol: 'all', port: -1, from: 'nodes', to: 'nodes', why: 'pods of one subnet, not wrapped' },
];
