import type { Rule } from './rules.ts';

/**
 * Between nodes when pods are routed by the VPC's own tables. Packets keep the pods' addresses and ports, and pods may use
 * any; a peer group covers them because the packets leave through an interface of that group.
 */
export const routed: readonly Rule[] = [
  { protocol: 'all', port: -1, from: 'nodes', to: 'nodes', why: 'pods, routed by the VPC' },
];
