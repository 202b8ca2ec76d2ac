import { images } from '../../releases/images.ts';
import { namespace } from '../access.ts';
import { disruptionBudget } from '../disruptionBudget.ts';
import type { KubernetesObject } from '../manifest.ts';
import { everyTaint, variables } from '../pods.ts';

const name = 'calico-kube-controllers';
const labels = { 'k8s-app': name };

const probe = (flag: '-l' | '-r') => ({
  exec: { command: ['/usr/bin/check-status', flag] },
  periodSeconds: 10,
  timeoutSeconds: 10,
});

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace, labels },
  spec: {
    // Only one may be at work, and it does not choose a leader.
    replicas: 1,
    strategy: { type: 'Recreate' },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: name,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        // Nodes keep a taint until the cloud controller manager has seen them, and that comes after the pod network.
        tolerations: everyTaint,
        containers: [
          {
            name,
            image: images.calico.controllers,
            env: variables({ DATASTORE_TYPE: 'kubernetes', ENABLED_CONTROLLERS: 'node' }),
            resources: { requests: { cpu: '50m', memory: '64Mi' } },
            securityContext: {
              runAsNonRoot: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
              seccompProfile: { type: 'RuntimeDefault' },
            },
            livenessProbe: { ...probe('-l'), initialDelaySeconds: 10, failureThreshold: 6 },
            readinessProbe: probe('-r'),
          },
        ],
      },
    },
  },
};

/** Takes back what nodes that are gone have held. */
export const controllerObjects: readonly KubernetesObject[] = [deployment, disruptionBudget(name, labels)];
