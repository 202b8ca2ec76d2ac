import type { Blueprint } from '../blueprint/blueprint.ts';
import { calicoManifest } from './calico.ts';
import { flannelManifest } from './flannel.ts';
import type { Manifest } from './manifest.ts';
import { routedManifest } from './routed.ts';

/** What makes the chosen pod network. */
export function overlayManifest(blueprint: Blueprint): Manifest {
  const { kubernetes } = blueprint;
  switch (kubernetes.plugin) {
    case 'flannel':
      return flannelManifest(kubernetes);
    case 'routed':
      return routedManifest(kubernetes);
    case 'calico':
      return calicoManifest(blueprint);
  }
}
