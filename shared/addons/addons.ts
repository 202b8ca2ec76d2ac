import type { AddonName, Blueprint } from '../blueprint/blueprint.ts';
import { cloudControllerObjects } from './cloudController.ts';
import { coreDnsObjects } from './coreDns.ts';
import { type KubernetesObject, type Manifest, manifestOf } from './manifest.ts';
import { metricsServerObjects } from './metricsServer.ts';
import { volumeDriverObjects } from './volumeDriver/volumeDriver.ts';

interface Addon {
  readonly name: AddonName;
  readonly objects: (blueprint: Blueprint) => readonly KubernetesObject[];
  readonly rollouts: readonly string[];
}

/** In the order of their need: nodes are tainted until the cloud controller manager has seen them, and pods want names. */
const addons: readonly Addon[] = [
  {
    name: 'aws-cloud-controller-manager',
    objects: cloudControllerObjects,
    rollouts: ['daemonset/aws-cloud-controller-manager'],
  },
  { name: 'coredns', objects: coreDnsObjects, rollouts: ['deployment/coredns'] },
  {
    name: 'aws-ebs-csi-driver',
    objects: volumeDriverObjects,
    rollouts: ['deployment/ebs-csi-controller', 'daemonset/ebs-csi-node'],
  },
  { name: 'metrics-server', objects: metricsServerObjects, rollouts: ['deployment/metrics-server'] },
];

/** What every cluster needs beside its pod network, which is DNS, and the addons that the spec asks for. */
export function addonsManifest(blueprint: Blueprint): Manifest {
  const wanted = addons.filter(({ name }) => name === 'coredns' || blueprint.kubernetes.addons.includes(name));
  return manifestOf(
    wanted.flatMap(({ objects }) => objects(blueprint)),
    wanted.flatMap(({ rollouts }) => rollouts),
  );
}
