import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import { fill } from '../machine/template.ts';
import { images } from '../releases/images.ts';
import flannel from './flannel.yaml';
import type { Manifest } from './manifest.ts';
import ownNode from './own-node.yaml';

/** flannel over VXLAN. */
export function flannelManifest({ podCIDR }: KubernetesBlueprint): Manifest {
  const { daemon, plugin } = images.flannel;
  const text = fill(flannel, { POD_CIDR: podCIDR, DAEMON: daemon, PLUGIN: plugin });
  return { text: fill(ownNode, { ACCOUNT: 'flannel' }) + text, rollouts: ['daemonset/flannel'] };
}
