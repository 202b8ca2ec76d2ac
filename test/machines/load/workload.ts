import type { Kubectl } from '../support/kubectl.ts';

/** Everything of the load is in it, and goes with it. */
export const loadNamespace = 'load';
export const serviceName = 'steady';
const replicas = 3;

/** What a user runs: more than one replica, a budget, and pods that serve on until nobody sends them anything. */
const manifest = `
apiVersion: v1
kind: Namespace
metadata: {name: ${loadNamespace}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${serviceName}, namespace: ${loadNamespace}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${serviceName}}}
  template:
    metadata: {labels: {app: ${serviceName}}}
    spec:
      terminationGracePeriodSeconds: 30
      topologySpreadConstraints:
        - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: ${serviceName}}}}
      containers:
        - name: server
          image: registry.k8s.io/kubestep/test-server:1
          readinessProbe: {httpGet: {port: 8080}, periodSeconds: 1}
          lifecycle: {preStop: {sleep: {seconds: 10}}}
---
apiVersion: v1
kind: Service
metadata: {name: ${serviceName}, namespace: ${loadNamespace}}
spec:
  selector: {app: ${serviceName}}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: ${serviceName}, namespace: ${loadNamespace}}
spec:
  minAvailable: ${replicas - 1}
  selector: {matchLabels: {app: ${serviceName}}}
`;

/** Ensures that the Deployment runs whole, and returns the address of its Service. */
export async function ensureWorkload(kubectl: Kubectl): Promise<string> {
  await kubectl.run(['apply', '--filename', '-'], manifest);
  const own = ['--namespace', loadNamespace];
  await kubectl.run(['rollout', 'status', `deployment/${serviceName}`, ...own, '--timeout', '180s']);
  const address = ['--output', 'jsonpath={.spec.clusterIP}'];
  return kubectl.run(['get', 'service', serviceName, ...own, ...address]);
}
