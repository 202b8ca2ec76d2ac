import type { Ended } from '../../../local/machines/nspawn/machine/command.ts';
import { asAdministrator } from './cluster.ts';
import type { Kubectl } from './kubectl.ts';

/** The namespace of the checks' own pods. */
export const namespace = 'checks';
const image = 'registry.k8s.io/kubestep/test-server:1';

/** A pod that answers on every node, masters included, and a Service before all of them. */
const probeManifest = `
apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: probe, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: probe}}
  template:
    metadata: {labels: {app: probe}}
    spec:
      tolerations: [{operator: Exists}]
      terminationGracePeriodSeconds: 2
      containers:
        - name: server
          image: ${image}
          command: [sh, -c, 'echo "$POD begins"; exec test-server']
          env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
          readinessProbe: {httpGet: {port: 8080}, periodSeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: probe, namespace: ${namespace}}
spec:
  selector: {app: probe}
  ports: [{port: 80, targetPort: 8080}]
`;

export interface Probe {
  readonly name: string;
  readonly node: string;
  readonly address: string;
}

/** The probes of one cluster. */
export interface Probes {
  /** Ensures that one runs on every node, and returns them. */
  ensure(): Promise<readonly Probe[]>;
  /** Those that run now, in the order of their nodes. */
  list(): Promise<readonly Probe[]>;
  /** Runs a shell command in a probe. */
  inside(probe: Probe, command: string): Promise<string>;
  /** What a probe's command ended with and said. */
  ending(probe: Probe, command: string): Promise<Ended>;
}

interface Pod {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP?: string };
}

export function probesOf(kubectl: Kubectl): Probes {
  const shell = ({ name }: Probe, command: string) => [
    ...['exec', '--namespace', namespace, name, '--', 'sh', '-c'],
    command,
  ];
  async function list(): Promise<readonly Probe[]> {
    const words = ['get', 'pods', '--namespace', namespace, '--selector', 'app=probe', '--output', 'json'];
    const { items } = JSON.parse(await kubectl.run(words)) as { items: readonly Pod[] };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map(({ metadata, spec, status }) => ({ name: metadata.name, node: spec.nodeName, address: status.podIP ?? '' }))
      .sort((one, other) => (one.node < other.node ? -1 : 1));
  }
  return {
    list,
    async ensure() {
      await kubectl.run(['apply', '--filename', '-'], probeManifest);
      await kubectl.run(['rollout', 'status', 'daemonset/probe', '--namespace', namespace, '--timeout', '180s']);
      return list();
    },
    inside: (probe, command) => kubectl.run(shell(probe, command)),
    ending: (probe, command) => kubectl.ending(shell(probe, command)),
  };
}

const own = probesOf(asAdministrator);

/** The probes of the cluster that all checks look at. */
export const ensureProbes = own.ensure;
export const probes = own.list;
export const inProbe = own.inside;
export const endingInProbe = own.ending;
