import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import type { KubernetesObject } from './manifest.ts';

/** Released together (flannel v0.28.9, August 2026). */
const images = {
  daemon: 'ghcr.io/flannel-io/flannel:v0.28.9',
  plugin: 'ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel3',
} as const;

const labels = { app: 'flannel' };

/** flannel over VXLAN: every node's pods behind its own address (source: flannel's documentation, "Kubernetes"). */
export function flannelObjects({ podCIDR }: KubernetesBlueprint): readonly KubernetesObject[] {
  return [serviceAccount, clusterRole, clusterRoleBinding, configuration(podCIDR), daemonSet];
}

const serviceAccount: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'flannel', namespace: 'kube-system' },
};

const clusterRole: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'flannel' },
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  ],
};

const clusterRoleBinding: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'flannel' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'flannel' },
  subjects: [{ kind: 'ServiceAccount', name: 'flannel', namespace: 'kube-system' }],
};

const configuration = (podCIDR: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'flannel', namespace: 'kube-system', labels },
  data: {
    'cni-conf.json': `${JSON.stringify(
      {
        name: 'cbr0',
        cniVersion: '0.3.1',
        plugins: [
          { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
          { type: 'portmap', capabilities: { portMappings: true } },
        ],
      },
      null,
      2,
    )}\n`,
    'net-conf.json': `${JSON.stringify({ Network: podCIDR, EnableNFTables: true, Backend: { Type: 'vxlan', VNI: 1, Port: 8472 } }, null, 2)}\n`,
  },
});

const hostPath = (name: string, path: string, type?: string) => ({ name, hostPath: { path, ...(type && { type }) } });

const daemonSet: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'flannel', namespace: 'kube-system', labels },
  spec: {
    selector: { matchLabels: labels },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
    template: {
      metadata: { labels },
      spec: {
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        serviceAccountName: 'flannel',
        // The pod network comes first on every node, whatever it is tainted with.
        tolerations: [{ operator: 'Exists' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }] },
              ],
            },
          },
        },
        initContainers: [
          {
            name: 'install-plugin',
            image: images.plugin,
            command: ['cp', '-f', '/flannel', '/opt/cni/bin/flannel'],
            volumeMounts: [{ name: 'plugins', mountPath: '/opt/cni/bin' }],
          },
          {
            name: 'install-configuration',
            image: images.daemon,
            command: ['cp', '-f', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
            volumeMounts: [
              { name: 'cni', mountPath: '/etc/cni/net.d' },
              { name: 'configuration', mountPath: '/etc/kube-flannel' },
            ],
          },
        ],
        containers: [
          {
            name: 'flannel',
            image: images.daemon,
            command: ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr'],
            resources: { requests: { cpu: '50m', memory: '50Mi' }, limits: { memory: '256Mi' } },
            securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
            env: [
              { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
            ],
            volumeMounts: [
              { name: 'run', mountPath: '/run/flannel' },
              { name: 'configuration', mountPath: '/etc/kube-flannel' },
              { name: 'lock', mountPath: '/run/xtables.lock' },
            ],
          },
        ],
        volumes: [
          hostPath('run', '/run/flannel'),
          hostPath('plugins', '/opt/cni/bin'),
          hostPath('cni', '/etc/cni/net.d'),
          hostPath('lock', '/run/xtables.lock', 'FileOrCreate'),
          { name: 'configuration', configMap: { name: 'flannel' } },
        ],
      },
    },
  },
};
