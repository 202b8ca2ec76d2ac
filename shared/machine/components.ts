import { createHash } from 'node:crypto';
import type { Bundle } from './bundle.ts';

/**
 * What a machine switches to a bundle by itself, in the order in which a change switches it. `machine` is what no single
 * process owns: node script, settings, kernel and network files, CA certificates, kubeconfigs.
 */
export const components = [
  'machine',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'containerd',
  'kubelet',
  'kube-proxy',
] as const;

export type Component = (typeof components)[number];

const isComponent = (name: string): name is Component => (components as readonly string[]).includes(name);

/** The components that a machine of this bundle has, in order. */
export function componentsIn({ units }: Pick<Bundle, 'units'>): readonly Component[] {
  const processes = new Set(units.map((unit) => unit.replace(/\.service$/, '')));
  return components.filter((name) => name === 'machine' || processes.has(name));
}

/** Files that the component of another name reads; every other file is named by its component, or belongs to the machine. */
const readBy: Readonly<Record<string, Component>> = {
  '/etc/kubernetes/admission.yaml': 'kube-apiserver',
  '/etc/kubernetes/authentication.yaml': 'kube-apiserver',
  '/etc/kubernetes/audit-policy.yaml': 'kube-apiserver',
  '/etc/kubernetes/first-roles.yaml': 'kube-apiserver',
  '/etc/kubernetes/credential-providers.yaml': 'kubelet',
  '/etc/containerd/config.toml': 'containerd',
};

/** The component that a file of a bundle belongs to. */
export function componentOfFile(path: string): Component {
  const [, named = ''] =
    /^\/(?:opt\/kubestep\/current\/([^/]+)\/|etc\/(?:systemd\/system|kubernetes)\/([^/]+)\.(?:service|yaml)$)/
      .exec(path)
      ?.filter((part) => part !== undefined) ?? [];
  return readBy[path] ?? (isComponent(named) ? named : 'machine');
}

/** Which component brings a binary that is not named like it. */
const broughtBy: Readonly<Record<string, Component>> = {
  kubectl: 'kube-apiserver',
  runc: 'containerd',
  'cni-plugins': 'containerd',
  'ecr-credential-provider': 'kubelet',
};

/** The component that a file which machines fetch belongs to. */
export function componentOfAsset(name: string): Component {
  return broughtBy[name] ?? (isComponent(name) ? name : 'machine');
}

/** What a switch of each component would install, as a hash: equal contents need no switch. */
export function componentContents(bundle: Bundle): ReadonlyMap<Component, string> {
  return new Map(componentsIn(bundle).map((component) => [component, contentOf(bundle, component)]));
}

function contentOf({ files, assets }: Bundle, component: Component): string {
  const content = [
    files.filter(({ path }) => componentOfFile(path) === component),
    assets.filter(({ name }) => componentOfAsset(name) === component).map(({ name, sha256 }) => [name, sha256]),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
