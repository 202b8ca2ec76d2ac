import type { Blueprint } from '../blueprint/blueprint.ts';
import { operatorTags, VOLUME_DEPLOYMENT_TAG } from '../blueprint/tags.ts';
import { fill, yaml } from '../machine/template.ts';
import { images } from '../releases/images.ts';
import volumeDriver from './aws-ebs-csi-driver.yaml';
import { masterCount } from './clusterSize.ts';
import type { Manifest } from './manifest.ts';

/** aws-ebs-csi-driver: claims become EBS volumes, encrypted under the cluster's own key where nothing else is said. */
export function volumeDriverManifest(blueprint: Blueprint): Manifest {
  const { cluster, keys } = blueprint;
  const { driver, provisioner, attacher, resizer, registrar, livenessProbe } = images.volumeDriver;
  const tags = { ...operatorTags(cluster), [VOLUME_DEPLOYMENT_TAG]: cluster.deploymentId };
  const text = fill(volumeDriver, {
    CLUSTER_ID: cluster.id,
    REGION: cluster.region,
    DRIVER: driver,
    PROVISIONER: provisioner,
    ATTACHER: attacher,
    RESIZER: resizer,
    REGISTRAR: registrar,
    LIVENESS_PROBE: livenessProbe,
    REPLICAS: Math.min(2, masterCount(blueprint)),
    EXTRA_TAGS: yaml(`--extra-tags=${pairs(tags)}`),
    PARAMETERS: yaml({ type: 'gp3', encrypted: 'true', ...volumesKey(keys) }),
  });
  return { text, rollouts: ['deployment/ebs-csi-controller', 'daemonset/ebs-csi-node'] };
}

/** Keys hold no equals sign and values no comma: a spec may have neither (shared/spec/texts.ts). */
const pairs = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** By its alias, because the plan knows no key's id. */
function volumesKey(keys: Blueprint['keys']): { readonly kmsKeyId?: string } {
  const key = keys.find(({ purpose }) => purpose === 'volumes');
  return key === undefined ? {} : { kmsKeyId: key.alias };
}
