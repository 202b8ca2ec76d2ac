import type { AddonName, Blueprint } from '../blueprint/blueprint.ts';
import { cloudControllerManifest } from './cloudController.ts';
import { coreDnsManifest } from './coreDns.ts';
import { type Manifest, together } from './manifest.ts';
import { metricsServerManifest } from './metricsServer.ts';
import { volumeDriverManifest } from './volumeDriver.ts';

/** In the order of their need: nodes are tainted until the cloud controller manager has seen them, and pods want names. */
const addons: readonly (readonly [AddonName, (blueprint: Blueprint) => Manifest])[] = [
  ['aws-cloud-controller-manager', cloudControllerManifest],
  ['coredns', coreDnsManifest],
  ['aws-ebs-csi-driver', volumeDriverManifest],
  ['metrics-server', metricsServerManifest],
];

/** What every cluster needs beside its pod network, which is DNS, and the addons that the spec asks for. */
export function addonsManifest(blueprint: Blueprint): Manifest {
  const wanted = addons.filter(([name]) => name === 'coredns' || blueprint.kubernetes.addons.includes(name));
  return together(wanted.map(([, manifest]) => manifest(blueprint)));
}
