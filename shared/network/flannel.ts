import type { Rule } from './rules.ts';

/** Ports between nodes when pods use flannel over VXLAN (source: flannel's backends page; 8472 is Linux' default, not 4789). */
export const flannelVxlan: readonly Rule[] = [
  { protocol: 'udp', port: 8472, from: 'nodes', to: 'nodes', why: 'VXLAN between pods' },
];
