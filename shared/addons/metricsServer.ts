import type { Blueprint } from '../blueprint/blueprint.ts';
import { images } from '../releases/images.ts';
import {
  type AccessRule,
  clusterRole,
  clusterRoleBinding,
  namespace,
  readsAuthentication,
  serviceAccount,
} from './access.ts';
import { nodesAtFirst } from './clusterSize.ts';
import { disruptionBudget } from './disruptionBudget.ts';
import type { KubernetesObject } from './manifest.ts';
import { confined, mastersTolerated, spreadOut } from './pods.ts';

/** What one node costs it, and what it is good for without nodes (source: its documentation, "Scaling"). */
const perNode = { milliCpu: 1, memoryMiB: 2 } as const;
const least = { milliCpu: 100, memoryMiB: 200 } as const;

const port = 10_250;
const name = 'metrics-server';
const labels = { 'k8s-app': name };

/** Processor and memory of nodes and pods, for `kubectl top` and the horizontal autoscaler. */
export function metricsServerObjects(blueprint: Blueprint): readonly KubernetesObject[] {
  return [
    serviceAccount(name),
    ...clusterRole('system:metrics-server', name, rules),
    clusterRoleBinding('metrics-server:system:auth-delegator', name, 'system:auth-delegator'),
    readsAuthentication(name),
    metricsReader,
    service,
    deployment(nodesAtFirst(blueprint)),
    disruptionBudget(name, labels),
    apiService,
  ];
}

const rules: readonly AccessRule[] = [
  { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
  { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['get', 'list', 'watch'] },
];

/** Who may view a namespace may view what its pods use. */
const metricsReader: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name: 'system:aggregated-metrics-reader',
    labels: Object.fromEntries(
      ['view', 'edit', 'admin'].map((role) => [`rbac.authorization.k8s.io/aggregate-to-${role}`, 'true']),
    ),
  },
  rules: [{ apiGroups: ['metrics.k8s.io'], resources: ['nodes', 'pods'], verbs: ['get', 'list', 'watch'] }],
};

const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels },
  spec: { selector: labels, ports: [{ name: 'https', port: 443, targetPort: 'https', protocol: 'TCP' }] },
};

const probe = (path: string) => ({
  httpGet: { path, port: 'https', scheme: 'HTTPS' },
  periodSeconds: 10,
  failureThreshold: 3,
});

const deployment = (nodes: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: name,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: mastersTolerated,
        topologySpreadConstraints: spreadOut(labels),
        containers: [
          {
            name,
            image: images.metricsServer,
            args: [
              `--secure-port=${port}`,
              '--cert-dir=/tmp',
              '--metric-resolution=15s',
              '--kubelet-use-node-status-port',
              '--kubelet-preferred-address-types=InternalIP',
              // Kubelets have certificates of the authority that every pod knows.
              '--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
            ],
            ports: [{ name: 'https', containerPort: port, protocol: 'TCP' }],
            resources: {
              requests: {
                cpu: `${Math.max(least.milliCpu, nodes * perNode.milliCpu)}m`,
                memory: `${Math.max(least.memoryMiB, nodes * perNode.memoryMiB)}Mi`,
              },
            },
            securityContext: { ...confined, runAsUser: 1000 },
            livenessProbe: probe('/livez'),
            readinessProbe: { ...probe('/readyz'), initialDelaySeconds: 20 },
            volumeMounts: [{ name: 'certificates', mountPath: '/tmp' }],
          },
        ],
        volumes: [{ name: 'certificates', emptyDir: {} }],
      },
    },
  },
});

/** The API server proves itself by its front proxy certificate. The other way round the server's own, made at each start, proves nothing. */
const apiService: KubernetesObject = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.metrics.k8s.io' },
  spec: {
    service: { name, namespace },
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    insecureSkipTLSVerify: true,
    groupPriorityMinimum: 100,
    versionPriority: 100,
  },
};
