import { stringify } from 'yaml';

/** A Kubernetes object as it is written in YAML. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Kubernetes objects, and what must have rolled out before they count as applied. */
export interface Manifest {
  /** YAML documents, in the order in which they are applied. */
  readonly text: string;
  /** `deployment/coredns`, in kube-system. */
  readonly rollouts: readonly string[];
}

/** Writes objects as one file: the same objects give the same bytes. */
export function manifestOf(objects: readonly KubernetesObject[], rollouts: readonly string[]): Manifest {
  return { text: objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join(''), rollouts };
}
