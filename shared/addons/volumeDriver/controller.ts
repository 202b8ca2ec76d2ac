import type { Blueprint } from '../../blueprint/blueprint.ts';
import { operatorTags, VOLUME_DEPLOYMENT_TAG } from '../../blueprint/tags.ts';
import type { ImageReference } from '../../releases/imageReference.ts';
import { images } from '../../releases/images.ts';
import { namespace } from '../access.ts';
import { masterCount } from '../clusterSize.ts';
import { disruptionBudget } from '../disruptionBudget.ts';
import type { KubernetesObject } from '../manifest.ts';
import { confined, everyTaint, fromField, onMasters, variables } from '../pods.ts';
import { accounts } from './access.ts';
import { health } from './driver.ts';

const labels = { app: accounts.controller };
const socket = '/csi/csi.sock';

/** Makes, attaches, grows and deletes volumes, on masters: only they may ask EC2 for that. */
export const controllerObjects = (blueprint: Blueprint): readonly KubernetesObject[] => [
  deployment(blueprint),
  disruptionBudget(accounts.controller, labels),
];

const deployment = (blueprint: Blueprint): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: accounts.controller, namespace, labels },
  spec: {
    // A leader and one that takes over. Each has its port of a master to itself, so the old goes before the new comes.
    replicas: Math.min(2, masterCount(blueprint)),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        // Credentials of the machine reach only the machine's own network (the metadata service's hop limit is 1).
        hostNetwork: true,
        dnsPolicy: 'Default',
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: accounts.controller,
        affinity: onMasters,
        tolerations: everyTaint,
        securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
        containers: [driver(blueprint), ...sidecars],
        volumes: [{ name: 'socket', emptyDir: {} }],
      },
    },
  },
});

const container = (name: string, image: ImageReference, args: readonly string[]) => ({
  name,
  image,
  args,
  resources: { requests: { cpu: '10m', memory: '40Mi' }, limits: { memory: '256Mi' } },
  securityContext: confined,
  volumeMounts: [{ name: 'socket', mountPath: '/csi' }],
});

const driver = ({ cluster }: Blueprint) => ({
  ...container('ebs-plugin', images.volumeDriver.driver, [
    'controller',
    `--endpoint=unix://${socket}`,
    // The tags by which its permissions, and the deletion of the cluster, know its volumes, and the operator's own.
    `--k8s-tag-cluster-id=${cluster.id}`,
    `--extra-tags=${pairs({ ...operatorTags(cluster), [VOLUME_DEPLOYMENT_TAG]: cluster.deploymentId })}`,
    '--batching=true',
    '--v=2',
  ]),
  env: [fromField('CSI_NODE_NAME', 'spec.nodeName'), ...variables({ AWS_REGION: cluster.region })],
  ...health,
});

/** Keys hold no equals sign and values no comma: a spec may have neither (shared/spec/texts.ts). */
const pairs = (tags: Readonly<Record<string, string>>): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/** So many requests at a time as the driver's own chart has them. */
const pace = ['--kube-api-qps=20', '--kube-api-burst=100'];

const sidecars = [
  container('csi-provisioner', images.volumeDriver.provisioner, [
    `--csi-address=${socket}`,
    '--leader-election=true',
    '--feature-gates=Topology=true',
    '--extra-create-metadata',
    '--default-fstype=ext4',
    '--timeout=60s',
    ...pace,
  ]),
  container('csi-attacher', images.volumeDriver.attacher, [
    `--csi-address=${socket}`,
    '--leader-election=true',
    '--timeout=6m',
    ...pace,
  ]),
  container('csi-resizer', images.volumeDriver.resizer, [
    `--csi-address=${socket}`,
    '--leader-election=true',
    // EBS grows volumes that are in use.
    '--handle-volume-inuse-error=false',
    '--timeout=60s',
    ...pace,
  ]),
  container('liveness-probe', images.volumeDriver.livenessProbe, [`--csi-address=${socket}`, '--probe-timeout=60s']),
];
