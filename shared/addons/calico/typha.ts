import type { Blueprint } from '../../blueprint/blueprint.ts';
import { TYPHA_FROM_NODES } from '../../network/calico.ts';
import { images } from '../../releases/images.ts';
import { namespace } from '../access.ts';
import { nodesAtFirst, nodesAtMost } from '../clusterSize.ts';
import { disruptionBudget } from '../disruptionBudget.ts';
import type { KubernetesObject } from '../manifest.ts';
import { everyTaint, fromField, spreadOut, variables } from '../pods.ts';

/** Typha reads the API once for many nodes (source: Calico's documentation: one for 100 to 200, three at least). */
const nodesPerReplica = 150;
const fewestReplicas = 3;

/** As long as Typha may take to hand its nodes over to its siblings. */
const handOverSeconds = 300;

const port = 5473;
const healthPort = 9098;

/** By this name Felix finds Typha. */
export const typhaService = 'calico-typha';

const labels = { 'k8s-app': typhaService };

type Machines = Pick<Blueprint, 'slots' | 'nodeGroups'>;

/** Whether the cluster may grow so large that its nodes must not all watch the API themselves. */
export const hasTypha = (machines: Machines): boolean => nodesAtMost(machines) >= TYPHA_FROM_NODES;

/** Typha, and the Service by which Felix finds it. */
export const typhaObjects = (machines: Machines): readonly KubernetesObject[] => [
  service,
  deployment(replicasOf(nodesAtFirst(machines))),
  disruptionBudget(typhaService, labels),
];

/** Each has its port of a node to itself, so there are never more of them than nodes. */
const replicasOf = (nodes: number): number =>
  Math.max(1, Math.min(nodes, Math.max(fewestReplicas, Math.ceil(nodes / nodesPerReplica))));

const service: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: typhaService, namespace, labels },
  spec: { selector: labels, ports: [{ name: 'typha', port, targetPort: 'typha', protocol: 'TCP' }] },
};

const probe = (path: string) => ({
  httpGet: { path, port: healthPort, host: 'localhost' },
  timeoutSeconds: 10,
});

const deployment = (replicas: number): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: typhaService, namespace, labels },
  spec: {
    replicas,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 1 } },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        // There is no pod network without it.
        hostNetwork: true,
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'calico-node',
        terminationGracePeriodSeconds: handOverSeconds,
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        tolerations: everyTaint,
        topologySpreadConstraints: spreadOut(labels),
        securityContext: { fsGroup: 65534, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'typha',
            image: images.calico.typha,
            ports: [{ name: 'typha', containerPort: port, protocol: 'TCP' }],
            env: [
              fromField('TYPHA_NODENAME', 'spec.nodeName'),
              ...variables({
                TYPHA_DATASTORETYPE: 'kubernetes',
                TYPHA_CONNECTIONREBALANCINGMODE: 'kubernetes',
                TYPHA_HEALTHENABLED: 'true',
                TYPHA_LOGFILEPATH: 'none',
                TYPHA_LOGSEVERITYSCREEN: 'info',
                TYPHA_LOGSEVERITYSYS: 'none',
                TYPHA_SHUTDOWNTIMEOUTSECS: String(handOverSeconds),
              }),
            ],
            resources: { requests: { cpu: '100m', memory: '128Mi' } },
            securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            livenessProbe: { ...probe('/liveness'), periodSeconds: 30, initialDelaySeconds: 30 },
            readinessProbe: { ...probe('/readiness'), periodSeconds: 10 },
          },
        ],
      },
    },
  },
});
