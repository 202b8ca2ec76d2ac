import { parseAllDocuments } from 'yaml';
import { addonsManifest } from '../../../shared/addons/addons.ts';
import type { Manifest } from '../../../shared/addons/manifest.ts';
import { overlayManifest } from '../../../shared/addons/overlay.ts';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { aSpec, someFacts } from '../spec/aSpec.ts';

/** An object as the API server would be given it. */
export interface Applied {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: what stands in it depends on its kind
  readonly [field: string]: any;
}

export const aBlueprint = (changes: Parameters<typeof aSpec>[0] = {}): Blueprint =>
  buildBlueprint(aSpec(changes), someFacts());

export function objectsOf({ text }: Manifest): readonly Applied[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) throw new Error('no documents');
  return documents.map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS() as Applied;
  });
}

/** All manifests that differ in kind. */
export const manifests: readonly (readonly [string, Manifest])[] = [
  ['flannel', overlayManifest(aBlueprint())],
  ['routed', overlayManifest(aBlueprint({ 'spec.network.plugin': 'routed' }))],
  ['calico over VXLAN', overlayManifest(aBlueprint({ 'spec.network.plugin': 'calico' }))],
  [
    'calico with BGP and Typha',
    overlayManifest(
      aBlueprint({
        'spec.network.plugin': 'calico',
        'spec.network.calico.mode': 'bgp-cross-subnet',
        'spec.nodeGroups.0.max': 200,
      }),
    ),
  ],
  ['all addons', addonsManifest(aBlueprint())],
  ['DNS alone', addonsManifest(aBlueprint({ 'spec.addons': [] }))],
  ['all addons of Kubernetes 1.35', addonsManifest(aBlueprint({ 'spec.kubernetesVersion': '1.35.7' }))],
];

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: Applied }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext?: { readonly privileged?: boolean };
  readonly volumeMounts?: readonly { readonly name: string }[];
}

/** Pod template of whatever starts pods. */
export const podOf = (object: Applied) => object['spec']?.template?.spec;

export const workloads = (objects: readonly Applied[]): readonly Applied[] =>
  objects.filter((object) => podOf(object) !== undefined);

export const containersOf = (object: Applied): readonly Container[] => [
  ...(podOf(object).initContainers ?? []),
  ...podOf(object).containers,
];

/** The object of that name; fails where there is none. */
export function named(objects: readonly Applied[], kind: string, name: string): Applied {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name}`);
  return found;
}

/** The plain environment of a container. */
export const environmentOf = ({ env = [] }: Container): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(env.map(({ name, value }) => [name, value]));
