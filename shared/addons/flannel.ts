import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import { images } from '../releases/images.ts';
import { type AccessRule, clusterRole, namespace, serviceAccount } from './access.ts';
import type { KubernetesObject } from './manifest.ts';
import { ownNodeOnly } from './ownNode.ts';
import { everyTaint, fromField, hostPath, variables } from './pods.ts';

const name = 'flannel';
const labels = { app: name };

/** flannel over VXLAN: every node's pods behind its own address (source: flannel's documentation, "Kubernetes"). */
export function flannelObjects({ podCIDR }: KubernetesBlueprint): readonly KubernetesObject[] {
  return [
    serviceAccount(name),
    ...clusterRole(name, name, rules),
    ...ownNodeOnly(name),
    configuration(podCIDR),
    daemonSet,
  ];
}

/** Every node's range of pods and address are in its Node object; what the others need of it goes to its annotations. */
const rules: readonly AccessRule[] = [
  { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
];

const configuration = (podCIDR: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
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

const daemonSet: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
    template: {
      metadata: { labels },
      spec: {
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        serviceAccountName: name,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        // The pod network comes first on every node, whatever it is tainted with.
        tolerations: everyTaint,
        initContainers: [
          {
            name: 'install-plugin',
            image: images.flannel.plugin,
            command: ['cp', '-f', '/flannel', '/opt/cni/bin/flannel'],
            volumeMounts: [{ name: 'plugins', mountPath: '/opt/cni/bin' }],
          },
          {
            name: 'install-configuration',
            image: images.flannel.daemon,
            command: ['cp', '-f', '/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
            volumeMounts: [
              { name: 'cni', mountPath: '/etc/cni/net.d' },
              { name: 'configuration', mountPath: '/etc/kube-flannel' },
            ],
          },
        ],
        containers: [
          {
            name,
            image: images.flannel.daemon,
            command: ['/opt/bin/flanneld', '--ip-masq', '--kube-subnet-mgr'],
            resources: { requests: { cpu: '50m', memory: '50Mi' }, limits: { memory: '256Mi' } },
            securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
            env: [
              fromField('POD_NAME', 'metadata.name'),
              fromField('POD_NAMESPACE', 'metadata.namespace'),
              // As many changes of nodes as the largest cluster may have waiting at once.
              ...variables({ EVENT_QUEUE_DEPTH: '5000' }),
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
          { name: 'configuration', configMap: { name } },
        ],
      },
    },
  },
};
