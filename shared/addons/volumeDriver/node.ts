import { images } from '../../releases/images.ts';
import { namespace } from '../access.ts';
import type { KubernetesObject } from '../manifest.ts';
import { everyTaint, fromField, hostPath } from '../pods.ts';
import { accounts } from './access.ts';
import { driverName, health } from './driver.ts';

const labels = { app: accounts.node };
const kubeletFolder = '/var/lib/kubelet';
const pluginFolder = `${kubeletFolder}/plugins/${driverName}`;

const root = {
  runAsUser: 0,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
};
const resources = { requests: { cpu: '10m', memory: '40Mi' }, limits: { memory: '256Mi' } };

const containers = [
  {
    name: 'ebs-plugin',
    image: images.volumeDriver.driver,
    args: [
      'node',
      '--endpoint=unix:///csi/csi.sock',
      `--csi-mount-point-prefix=${kubeletFolder}/plugins/kubernetes.io/csi/${driverName}/`,
      // Pods do not reach the metadata service; the cloud controller manager has written what is needed to the Node.
      '--metadata-sources=kubernetes',
      '--v=2',
    ],
    env: [fromField('CSI_NODE_NAME', 'spec.nodeName')],
    resources,
    // It formats and mounts disks of the node, and the mounts must be seen there.
    securityContext: { privileged: true, runAsUser: 0, readOnlyRootFilesystem: true },
    // A node that leaves waits until its volumes are free for the next.
    lifecycle: { preStop: { exec: { command: ['/bin/aws-ebs-csi-driver', 'pre-stop-hook'] } } },
    volumeMounts: [
      { name: 'kubelet', mountPath: kubeletFolder, mountPropagation: 'Bidirectional' },
      { name: 'plugin', mountPath: '/csi' },
      { name: 'devices', mountPath: '/dev' },
    ],
    ...health,
  },
  {
    name: 'node-driver-registrar',
    image: images.volumeDriver.registrar,
    args: ['--csi-address=/csi/csi.sock', `--kubelet-registration-path=${pluginFolder}/csi.sock`],
    resources,
    securityContext: root,
    volumeMounts: [
      { name: 'plugin', mountPath: '/csi' },
      { name: 'registration', mountPath: '/registration' },
    ],
  },
  {
    name: 'liveness-probe',
    image: images.volumeDriver.livenessProbe,
    args: ['--csi-address=/csi/csi.sock'],
    resources,
    securityContext: root,
    volumeMounts: [{ name: 'plugin', mountPath: '/csi' }],
  },
];

/** Mounts volumes, on every node. */
export const nodeDaemonSet: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: accounts.node, namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-node-critical',
        serviceAccountName: accounts.node,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: everyTaint,
        terminationGracePeriodSeconds: 30,
        containers,
        volumes: [
          hostPath('kubelet', kubeletFolder, 'Directory'),
          hostPath('plugin', pluginFolder, 'DirectoryOrCreate'),
          hostPath('registration', `${kubeletFolder}/plugins_registry`, 'Directory'),
          hostPath('devices', '/dev', 'Directory'),
        ],
      },
    },
  },
};
