import type { KubernetesBlueprint } from '../../blueprint/blueprint.ts';
import { images } from '../../releases/images.ts';
import { namespace } from '../access.ts';
import type { KubernetesObject } from '../manifest.ts';
import { everyTaint, fromField, hostPath, variables } from '../pods.ts';
import { configurationName, type Networking, networkingOf } from './configuration.ts';
import { typhaService } from './typha.ts';

const labels = { 'k8s-app': 'calico-node' };

/** calico-node on every node: it writes routes, policies and the plugin's configuration. */
export function nodeDaemonSet(kubernetes: KubernetesBlueprint, hasTypha: boolean): KubernetesObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'calico-node', namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '10%' } },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork: true,
          priorityClassName: 'system-node-critical',
          serviceAccountName: 'calico-node',
          // Its routes outlive it, so the next one may begin at once.
          terminationGracePeriodSeconds: 0,
          nodeSelector: { 'kubernetes.io/os': 'linux' },
          tolerations: everyTaint,
          initContainers: [installer],
          containers: [container(kubernetes, hasTypha)],
          volumes: [
            hostPath('modules', '/lib/modules'),
            hostPath('run', '/var/run/calico', 'DirectoryOrCreate'),
            hostPath('state', '/var/lib/calico', 'DirectoryOrCreate'),
            hostPath('lock', '/run/xtables.lock', 'FileOrCreate'),
            hostPath('plugins', '/opt/cni/bin', 'DirectoryOrCreate'),
            hostPath('cni', '/etc/cni/net.d', 'DirectoryOrCreate'),
          ],
        },
      },
    },
  };
}

const installer = {
  name: 'install-plugin',
  image: images.calico.plugin,
  command: ['/opt/cni/bin/install'],
  env: [
    fromField('KUBERNETES_NODE_NAME', 'spec.nodeName'),
    { name: 'CNI_NETWORK_CONFIG', valueFrom: { configMapKeyRef: { name: configurationName, key: 'plugins.json' } } },
    ...variables({
      CNI_CONF_NAME: '10-calico.conflist',
      // Felix finds out which packets fit, and tells the plugin.
      CNI_MTU: '0',
      SLEEP: 'false',
    }),
  ],
  // The folders of the node belong to root; nothing more is needed to write there.
  securityContext: { runAsUser: 0, allowPrivilegeEscalation: false },
  volumeMounts: [
    { name: 'plugins', mountPath: '/host/opt/cni/bin' },
    { name: 'cni', mountPath: '/host/etc/cni/net.d' },
  ],
};

function container(kubernetes: KubernetesBlueprint, hasTypha: boolean) {
  const networking = networkingOf(kubernetes);
  return {
    name: 'calico-node',
    image: images.calico.node,
    env: [fromField('NODENAME', 'spec.nodeName'), ...variables(settings(kubernetes, networking, hasTypha))],
    resources: { requests: { cpu: '250m', memory: '128Mi' } },
    // It loads modules, sets kernel parameters below /proc and runs BIRD on the node's own tables.
    securityContext: { privileged: true },
    lifecycle: { preStop: { exec: { command: ['/bin/calico-node', '-shutdown'] } } },
    livenessProbe: { ...probe('live', networking), initialDelaySeconds: 10, failureThreshold: 6 },
    readinessProbe: probe('ready', networking),
    volumeMounts: [
      { name: 'modules', mountPath: '/lib/modules', readOnly: true },
      { name: 'run', mountPath: '/var/run/calico' },
      { name: 'state', mountPath: '/var/lib/calico' },
      { name: 'lock', mountPath: '/run/xtables.lock' },
      // It renews the plugin's token here.
      { name: 'cni', mountPath: '/host/etc/cni/net.d' },
    ],
  };
}

/**
 * The pool of addresses and Felix' settings, from which calico-node makes the objects at its first start. They are not
 * objects of the manifest: kubectl cannot place an object whose kind is defined in the same file.
 */
const settings = (kubernetes: KubernetesBlueprint, { backend, ipip, vxlan }: Networking, hasTypha: boolean) => ({
  DATASTORE_TYPE: 'kubernetes',
  WAIT_FOR_DATASTORE: 'true',
  CLUSTER_TYPE: backend === 'bird' ? 'k8s,bgp' : 'k8s',
  CALICO_NETWORKING_BACKEND: backend,
  CALICO_IPV4POOL_CIDR: kubernetes.podCIDR,
  CALICO_IPV4POOL_IPIP: ipip,
  CALICO_IPV4POOL_VXLAN: vxlan,
  CALICO_DISABLE_FILE_LOGGING: 'true',
  IP: 'autodetect',
  // A machine may have several interfaces; kubelet was told which address is the node's.
  IP_AUTODETECTION_METHOD: 'kubernetes-internal-ip',
  FELIX_DEFAULTENDPOINTTOHOSTACTION: 'ACCEPT',
  FELIX_HEALTHENABLED: 'true',
  FELIX_IPV6SUPPORT: 'false',
  // As kube-proxy: rules of two kinds of tables beside each other are hard to follow.
  FELIX_NFTABLESMODE: 'Enabled',
  ...(hasTypha && { FELIX_TYPHAK8SSERVICENAME: typhaService }),
});

const probe = (question: 'live' | 'ready', { backend }: Networking) => ({
  exec: {
    command: ['/bin/calico-node', `-felix-${question}`, ...(backend === 'bird' ? [`-bird-${question}`] : [])],
  },
  periodSeconds: 10,
  timeoutSeconds: 10,
});
