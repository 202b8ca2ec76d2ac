import { namespace } from './access.ts';
import type { KubernetesObject } from './manifest.ts';

/** Drains take one pod after the other; what is broken anyway holds up none. */
export const disruptionBudget = (name: string, labels: Readonly<Record<string, string>>): KubernetesObject => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name, namespace },
  spec: { maxUnavailable: 1, selector: { matchLabels: labels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
});
