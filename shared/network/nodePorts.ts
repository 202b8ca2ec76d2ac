import type { Rule } from './rules.ts';

/**
 * A Service of type NodePort answers on every node, whichever runs its pods, and pods may use any node's address for it
 * (source: kubernetes.io, Service, "type: NodePort": the default range).
 */
export const nodePorts: readonly Rule[] = (['tcp', 'udp'] as const).map((protocol) => ({
  protocol,
  port: 30_000,
  toPort: 32_767,
  from: 'nodes',
  to: 'nodes',
  why: 'node ports of Services',
}));
