import { createHash } from 'node:crypto';

/**
 * What a machine switches from one bundle to another by itself, each as a whole, in the order in which a change switches it.
 * `machine` is what no single process owns: node script, settings, tables, kernel and network files, CA certificates, kubeconfigs.
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

/** Below it each component has a link to the bundle that it runs by: units, scripts and configurations name nothing else. */
const current = '/opt/kubestep/current';

/** A file that is switched together with the component's process. */
export const fileOfComponent = (component: Component, name: string): string => `${current}/${component}/${name}`;

/** The unit of a component, which systemd knows by a link that never changes. */
export const unitFile = (component: Component): string => fileOfComponent(component, `${component}.service`);

/** Where a component's programs are: links into the assets that its bundle names. */
export const programsOf = (component: Component): string => fileOfComponent(component, 'bin');

/** The component that a file of a bundle belongs to. Files of /etc are placed when `machine` is switched. */
export function componentOfFile(path: string): Component {
  return components.find((component) => path.startsWith(`${current}/${component}/`)) ?? 'machine';
}

/** The part of a bundle that is asked for here. */
interface Files {
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** The components that a machine of this bundle has, in order. */
export function componentsIn({ files }: Files): readonly Component[] {
  const owners = new Set(files.map(({ path }) => componentOfFile(path)));
  return components.filter((component) => owners.has(component));
}

/**
 * What a switch of each component would install, as a hash: equal contents need no switch. The table of a component's assets is one
 * of its files, so new programs are a new content.
 */
export function componentContents(bundle: Files): ReadonlyMap<Component, string> {
  return new Map(componentsIn(bundle).map((component) => [component, contentOf(bundle, component)]));
}

function contentOf({ files }: Files, component: Component): string {
  const own = files.filter(({ path }) => componentOfFile(path) === component);
  return createHash('sha256').update(JSON.stringify(own)).digest('hex');
}
