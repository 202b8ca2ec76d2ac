import { parseAllDocuments } from 'yaml';
import { addonsManifest } from '../../../shared/addons/addons.ts';
import type { Manifest } from '../../../shared/addons/manifest.ts';
import { overlayManifest } from '../../../shared/addons/overlay.ts';
import type { Blueprint } from '../../../shared/blueprint/blueprint.ts';
import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { aSpec, someFacts } from '../spec/aSpec.ts';

type Labels = Readonly<Record<string, string>>;

/** An object as the API server would be given it: the fields that tests read, of all kinds together. */
export interface Applied {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Labels };
  readonly spec: Spec;
  readonly data: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly rules: readonly Readonly<Record<'apiGroups' | 'resources' | 'verbs', readonly string[]>>[];
  readonly roleRef: { readonly kind: string; readonly name: string };
  readonly subjects: readonly { readonly kind: string; readonly name: string }[];
}

interface Spec {
  readonly replicas: number;
  readonly strategy: { readonly rollingUpdate: { readonly maxSurge: number } };
  /** Of a Service the labels themselves. */
  readonly selector: { readonly matchLabels: Labels } & Labels;
  readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
  readonly clusterIP: string;
  readonly matchConditions: readonly { readonly expression: string }[];
  readonly ports: readonly { readonly name: string; readonly targetPort?: string }[];
  readonly names: { readonly plural: string };
  readonly maxUnavailable?: number;
  readonly minAvailable?: number;
}

export interface Pod {
  readonly serviceAccountName: string;
  readonly hostNetwork?: boolean;
  readonly tolerations: readonly unknown[];
  readonly affinity?: {
    readonly nodeAffinity: {
      readonly requiredDuringSchedulingIgnoredDuringExecution: { readonly nodeSelectorTerms: readonly unknown[] };
    };
  };
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string; readonly items?: readonly { readonly key: string }[] };
  }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly configMapKeyRef?: { readonly name: string; readonly key: string } };
  }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext?: { readonly privileged?: boolean };
  readonly volumeMounts?: readonly { readonly name: string }[];
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

/** Pod template of whatever starts pods. */
export function templateOf({ spec, metadata }: Applied) {
  if (spec?.template === undefined) throw new Error(`${metadata.name} starts no pods`);
  return spec.template;
}

export const podOf = (object: Applied): Pod => templateOf(object).spec;

export const workloads = (objects: readonly Applied[]): readonly Applied[] =>
  objects.filter(({ spec }) => spec?.template !== undefined);

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

/** What a ConfigMap holds under a key. */
export function settingOf(objects: readonly Applied[], name: string, key: string): string {
  const value = named(objects, 'ConfigMap', name).data[key];
  if (value === undefined) throw new Error(`The ConfigMap ${name} has no ${key}`);
  return value;
}
