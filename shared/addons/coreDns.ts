import type { Blueprint } from '../blueprint/blueprint.ts';
import { images } from '../releases/images.ts';
import { type AccessRule, clusterRole, namespace, serviceAccount } from './access.ts';
import { nodesAtFirst } from './clusterSize.ts';
import { disruptionBudget } from './disruptionBudget.ts';
import type { KubernetesObject } from './manifest.ts';
import { mastersTolerated, spreadOut } from './pods.ts';

/** How many nodes one replica answers for (source: the cluster proportional autoscaler's settings for DNS). */
const nodesPerReplica = 16;

/** One may always be missing. */
const fewestReplicas = 2;

const name = 'coredns';
const labels = { 'k8s-app': 'kube-dns' };

/** The cluster's DNS: in different places, answering at the address that every kubelet hands to its pods. */
export function coreDnsObjects(blueprint: Blueprint): readonly KubernetesObject[] {
  const { dnsAddress, clusterDomain } = blueprint.kubernetes;
  const replicas = Math.max(fewestReplicas, Math.ceil(nodesAtFirst(blueprint) / nodesPerReplica));
  return [
    serviceAccount(name),
    ...clusterRole('system:coredns', name, rules),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { Corefile: corefile(clusterDomain) } },
    deployment(replicas),
    service(dnsAddress),
    disruptionBudget(name, labels),
  ];
}

/** `loop` stops a server that would ask itself; `lameduck` keeps one serving while endpoints forget it. */
const corefile = (clusterDomain: string) => `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

const rules: readonly AccessRule[] = [
  { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
];

const probe = (path: string, port: number) => ({
  httpGet: { path, port, scheme: 'HTTP' },
  timeoutSeconds: 5,
  failureThreshold: 5,
});

const deployment = (replicas: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: name,
        dnsPolicy: 'Default',
        tolerations: mastersTolerated,
        topologySpreadConstraints: spreadOut(labels),
        containers: [
          {
            name,
            image: images.coreDns,
            args: ['-conf', '/etc/coredns/Corefile'],
            resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '340Mi' } },
            ports: [
              { name: 'dns', containerPort: 53, protocol: 'UDP' },
              { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
              { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
            ],
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
            livenessProbe: { ...probe('/health', 8080), initialDelaySeconds: 60 },
            readinessProbe: probe('/ready', 8181),
            volumeMounts: [{ name: 'configuration', mountPath: '/etc/coredns', readOnly: true }],
          },
        ],
        volumes: [{ name: 'configuration', configMap: { name, items: [{ key: 'Corefile', path: 'Corefile' }] } }],
      },
    },
  },
});

/** The name is an old one that conformance and people look for. */
const service = (dnsAddress: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', namespace, labels },
  spec: {
    selector: labels,
    clusterIP: dnsAddress,
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      { name: 'metrics', port: 9153, protocol: 'TCP' },
    ],
  },
});
