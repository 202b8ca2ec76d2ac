import type { Blueprint } from '../blueprint/blueprint.ts';
import { fill } from '../machine/template.ts';
import type { ImageReference } from '../releases/imageReference.ts';
import { images } from '../releases/images.ts';
import { minorOf } from '../releases/releases.ts';
import cloudController from './aws-cloud-controller-manager.yaml';
import type { Manifest } from './manifest.ts';

/** Gives nodes their zones and addresses, forgets those whose instances are gone, and makes balancers for Services. */
export function cloudControllerManifest({ cluster, kubernetes, loadBalancer }: Blueprint): Manifest {
  const text = fill(cloudController, {
    CLUSTER_ID: cluster.id,
    IMAGE: imageFor(kubernetes.version),
    PORT: loadBalancer.targetGroup.port,
    REGION: cluster.region,
  });
  return { text, rollouts: ['daemonset/aws-cloud-controller-manager'] };
}

function imageFor(kubernetesVersion: string): ImageReference {
  const byMinor: Readonly<Record<string, ImageReference>> = images.cloudController;
  const image = byMinor[minorOf(kubernetesVersion)];
  if (image === undefined)
    throw new RangeError(`No cloud controller manager is known for Kubernetes ${kubernetesVersion}`);
  return image;
}
