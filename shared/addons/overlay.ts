import type { Blueprint } from '../blueprint/blueprint.ts';
import { calicoObjects } from './calico/calico.ts';
import { flannelObjects } from './flannel.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { routedObjects } from './routed.ts';

/** What makes the chosen pod network. */
export function overlayManifest(blueprint: Blueprint): Manifest {
  const { kubernetes } = blueprint;
  switch (kubernetes.plugin) {
    case 'flannel':
      return manifestOf(flannelObjects(kubernetes), ['daemonset/flannel']);
    case 'routed':
      return manifestOf(routedObjects(kubernetes), []);
    case 'calico':
      return manifestOf(calicoObjects(blueprint), ['daemonset/calico-node', 'deployment/calico-kube-controllers']);
  }
}
