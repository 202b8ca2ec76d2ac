import { stringify } from 'yaml';

/** A Kubernetes object as it is written in YAML. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** Kubernetes objects, and what must have rolled out before they count as applied. */
export interface Manifest {
  /** YAML documents, in the order in which they are applied. */
  readonly text: string;
  /** `deployment/coredns`, in kube-system. */
  readonly rollouts: readonly string[];
}

/** Several manifests as one. */
export const together = (manifests: readonly Manifest[]): Manifest => ({
  text: manifests.map(({ text }) => text).join(''),
  rollouts: manifests.flatMap(({ rollouts }) => rollouts),
});

/** Writes objects as YAML documents: the same objects give the same bytes. */
export const documentsOf = (objects: readonly KubernetesObject[]): string =>
  objects.map((object) => `---\n${stringify(object, { lineWidth: 0 })}`).join('');
