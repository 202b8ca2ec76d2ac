import { kubectl, kubectlEnding, kubectlOn } from './cluster.ts';

/** The namespace of the checks' own pods. */
export const namespace = 'checks';
const image = 'registry.k8s.io/kubestep/test-server:1';

/** A pod that answers on every node, masters included, and a Service before all of them. */
export const probeManifest = `
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

/** Ensures that a probe runs on every node, and tells them. */
export async function ensureProbes(): Promise<readonly Probe[]> {
  await kubectlOn(probeManifest, 'apply', '--filename', '-');
  await kubectl('rollout', 'status', 'daemonset/probe', '--namespace', namespace, '--timeout', '180s');
  return probes();
}

/** The probes that run now, in the order of their nodes. */
export async function probes(): Promise<readonly Probe[]> {
  const { items } = JSON.parse(
    await kubectl('get', 'pods', '--namespace', namespace, '--selector', 'app=probe', '--output', 'json'),
  ) as {
    items: {
      metadata: { name: string; deletionTimestamp?: string };
      spec: { nodeName: string };
      status: { podIP?: string };
    }[];
  };
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({ name: metadata.name, node: spec.nodeName, address: status.podIP ?? '' }))
    .sort((one, other) => (one.node < other.node ? -1 : 1));
}

/** Runs a shell command in a probe. */
export const inProbe = ({ name }: Probe, command: string): Promise<string> =>
  kubectl('exec', '--namespace', namespace, name, '--', 'sh', '-c', command);

/** What a probe's command ended with and said. */
export const endingInProbe = ({ name }: Probe, command: string) =>
  kubectlEnding('exec', '--namespace', namespace, name, '--', 'sh', '-c', command);
