import type { Blueprint } from '../blueprint/blueprint.ts';
import { flannelObjects } from './flannel.ts';
import { type Manifest, manifestOf } from './manifest.ts';
import { routedObjects } from './routed.ts';

/** What makes the chosen pod network. */
export function overlayManifest({ kubernetes }: Blueprint): Manifest {
  switch (kubernetes.plugin) {
    case 'flannel':
      return manifestOf(flannelObjects(kubernetes), ['daemonset/flannel']);
    case 'routed':
      return manifestOf(routedObjects(kubernetes), []);
    case 'calico':
      throw new Error('calico');
  }
}
