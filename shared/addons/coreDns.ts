import type { KubernetesBlueprint } from '../blueprint/blueprint.ts';
import type { KubernetesObject } from './manifest.ts';

/** Paired with Kubernetes 1.36 to 1.38 (kubernetes/kubernetes build dependencies, August 2026). */
const image = 'registry.k8s.io/coredns/coredns:v1.14.7';

const labels = { 'k8s-app': 'kube-dns' };
const names = { name: 'coredns', namespace: 'kube-system' };

/** The cluster's DNS: two replicas in different places, answering at the address that every kubelet hands to its pods. */
export function coreDnsObjects({ dnsAddress, clusterDomain }: KubernetesBlueprint): readonly KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: names },
    clusterRole,
    clusterRoleBinding,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: names, data: { Corefile: corefile(clusterDomain) } },
    deployment,
    service(dnsAddress),
    disruptionBudget,
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

const clusterRole: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'system:coredns' },
  rules: [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ],
};

const clusterRoleBinding: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'system:coredns' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
  subjects: [{ kind: 'ServiceAccount', ...names }],
};

const probe = (path: string, port: number) => ({
  httpGet: { path, port, scheme: 'HTTP' },
  timeoutSeconds: 5,
  failureThreshold: 5,
});

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...names, labels },
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'coredns',
        dnsPolicy: 'Default',
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' },
        ],
        topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
          maxSkew: 1,
          topologyKey,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: labels },
        })),
        containers: [
          {
            name: 'coredns',
            image,
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
        volumes: [
          { name: 'configuration', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
        ],
      },
    },
  },
};

/** The name is an old one that conformance and people look for. */
const service = (dnsAddress: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
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

const disruptionBudget: KubernetesObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: names,
  spec: { maxUnavailable: 1, selector: { matchLabels: labels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
};
