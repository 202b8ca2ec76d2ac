import type { Blueprint } from '../blueprint/blueprint.ts';
import type { ImageReference } from '../releases/imageReference.ts';
import { images } from '../releases/images.ts';
import { minorOf } from '../releases/releases.ts';
import { type AccessRule, clusterRole, namespace, readsAuthentication, role, serviceAccount } from './access.ts';
import type { KubernetesObject } from './manifest.ts';
import { everyTaint, onMasters, variables } from './pods.ts';

/** Where the controller answers for its health (default of its --secure-port). */
const healthPort = 10_258;

const name = 'aws-cloud-controller-manager';
const labels = { 'k8s-app': name };

/** Gives nodes their zones and addresses, forgets those whose instances are gone, and makes balancers for Services. */
export function cloudControllerObjects(blueprint: Blueprint): readonly KubernetesObject[] {
  return [
    serviceAccount(name),
    ...clusterRole('system:cloud-controller-manager', name, rules),
    ...role(`${name}:leader-election`, name, leaseRules),
    readsAuthentication(name),
    daemonSet(blueprint),
  ];
}

/** Source: the manifest of cloud-provider-aws; without the accounts of single controllers, which are not used here. */
const rules: readonly AccessRule[] = [
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch', 'patch', 'update', 'delete'] },
  { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  {
    apiGroups: [''],
    resources: ['services', 'services/status'],
    verbs: ['get', 'list', 'watch', 'patch', 'update'],
  },
  { apiGroups: [''], resources: ['endpoints', 'configmaps'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
];

/** Of several, one is at work. */
const leaseRules: readonly AccessRule[] = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'list', 'watch', 'update'] },
];

const daemonSet = ({ cluster, kubernetes, loadBalancer }: Blueprint): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace, labels },
  spec: {
    selector: { matchLabels: labels },
    updateStrategy: { type: 'RollingUpdate' },
    template: {
      metadata: { labels },
      spec: {
        // Credentials of the machine reach only the machine's own network (the metadata service's hop limit is 1).
        hostNetwork: true,
        dnsPolicy: 'Default',
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: name,
        affinity: onMasters,
        // Every node is tainted until this has seen it.
        tolerations: everyTaint,
        containers: [
          {
            name,
            image: imageFor(kubernetes.version),
            args: [
              '--cloud-provider=aws',
              `--cluster-name=${cluster.id}`,
              // Nodes' ranges and the ways to them are the pod network's; with several route tables this would fail.
              '--allocate-node-cidrs=false',
              '--configure-cloud-routes=false',
              '--leader-elect=true',
              '--bind-address=127.0.0.1',
              '--concurrent-node-syncs=5',
              '--v=2',
            ],
            env: variables({
              AWS_REGION: cluster.region,
              // Never a newer controller than the API server it speaks to, while masters are upgraded one by one.
              KUBERNETES_SERVICE_HOST: '127.0.0.1',
              KUBERNETES_SERVICE_PORT: String(loadBalancer.targetGroup.port),
            }),
            resources: { requests: { cpu: '100m', memory: '128Mi' } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              readOnlyRootFilesystem: true,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            livenessProbe: {
              httpGet: { host: '127.0.0.1', path: '/healthz', port: healthPort, scheme: 'HTTPS' },
              initialDelaySeconds: 20,
              timeoutSeconds: 5,
            },
          },
        ],
      },
    },
  },
});

function imageFor(kubernetesVersion: string): ImageReference {
  const byMinor: Readonly<Record<string, ImageReference>> = images.cloudController;
  const image = byMinor[minorOf(kubernetesVersion)];
  if (image === undefined) throw new RangeError(`No ${name} is known for Kubernetes ${kubernetesVersion}`);
  return image;
}
