import type { Blueprint } from '../../blueprint/blueprint.ts';
import type { KubernetesObject } from '../manifest.ts';
import { accessObjects } from './access.ts';
import { controllerObjects } from './controller.ts';
import { driverName } from './driver.ts';
import { nodeDaemonSet } from './node.ts';

/** aws-ebs-csi-driver: claims become EBS volumes, encrypted under the cluster's own key where nothing else is said. */
export const volumeDriverObjects = (blueprint: Blueprint): readonly KubernetesObject[] => [
  ...accessObjects,
  csiDriver,
  storageClass(blueprint),
  ...controllerObjects(blueprint),
  nodeDaemonSet,
];

const csiDriver: KubernetesObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: driverName },
  spec: { attachRequired: true, podInfoOnMount: false, fsGroupPolicy: 'File' },
};

/** Volumes are made in the zone where their pod will run, so they wait for it. */
const storageClass = ({ keys }: Blueprint): KubernetesObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: driverName,
  parameters: { type: 'gp3', encrypted: 'true', ...volumesKey(keys) },
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
  allowVolumeExpansion: true,
});

/** By its alias, because the plan knows no key's id. */
function volumesKey(keys: Blueprint['keys']): { readonly kmsKeyId?: string } {
  const key = keys.find(({ purpose }) => purpose === 'volumes');
  return key === undefined ? {} : { kmsKeyId: key.alias };
}
