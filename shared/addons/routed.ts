import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import { fill } from '../machine/template.ts';
import type { Manifest } from './manifest.ts';
import routed from './routed.yaml';

/** With routed pods nothing runs in the cluster: a note for people who look for it there. */
export const routedManifest = ({ podCIDR, nodeMaskSize }: KubernetesBlueprint): Manifest => ({
  text: fill(routed, { POD_CIDR: podCIDR, NODE_MASK_SIZE: nodeMaskSize }),
  rollouts: [],
});
