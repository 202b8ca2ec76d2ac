import type { Blueprint } from '../../blueprint/blueprint.ts';
import type { KubernetesObject } from '../manifest.ts';
import { ownNodeOnly } from '../ownNode.ts';
import { accessObjects } from './access.ts';
import { configuration } from './configuration.ts';
import { controllerObjects } from './controllers.ts';
import { definitions } from './definitions.ts';
import { nodeDaemonSet } from './node.ts';
import { hasTypha, typhaObjects } from './typha.ts';

/** Calico: addresses, routes and network policies, kept in the Kubernetes API. */
export function calicoObjects(blueprint: Blueprint): readonly KubernetesObject[] {
  const withTypha = hasTypha(blueprint);
  return [
    ...definitions,
    ...accessObjects,
    ...ownNodeOnly('calico-node'),
    configuration,
    ...(withTypha ? typhaObjects(blueprint) : []),
    nodeDaemonSet(blueprint.kubernetes, withTypha),
    ...controllerObjects,
  ];
}
