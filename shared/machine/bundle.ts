import { createHash } from 'node:crypto';
import type { AuthorityName, Blueprint, MachineRole } from '../blueprint/blueprint.ts';
import type { ProfileName } from '../pki/profiles.ts';
import type { Asset } from '../releases/sources.ts';
import { filesFor } from './filesFor.ts';
import { certificateFiles, type MachineProfile, machineProfile } from './machineProfile.ts';

/**
 * Everything that a machine of one slot, or all machines of one node group, are configured by: named by its content, the
 * same bytes for the same input, and without a secret.
 */
export interface Bundle {
  readonly format: 1;
  readonly cluster: BundleCluster;
  readonly machine: BundleMachine;
  /** Binaries, fetched from `assets/sha256/SHA256` of the bucket. */
  readonly assets: readonly BundleAsset[];
  /** The certificates that the machine asks for, and where their files are. */
  readonly certificates: readonly BundleCertificate[];
  /** Keys that KMS unwraps at each boot, into memory. */
  readonly wrappedKeys: readonly WrappedKey[];
  /** systemd units of the components, in the order they start. */
  readonly units: readonly string[];
  readonly files: readonly BundleFile[];
}

export interface BundleCluster {
  readonly id: string;
  readonly region: string;
  readonly bucket: string;
  readonly nodeApiUrl: string;
  /** DNS name of the API's load balancer. */
  readonly endpoint: string;
  /** Where this machine reaches the API: itself on a master, the load balancer elsewhere. */
  readonly apiServer: string;
  readonly kubernetesVersion: string;
  readonly etcdVersion: string;
}

/** Which machines boot from a bundle. */
export type BundleMachine =
  | { readonly role: 'master' | 'etcd'; readonly slot: string }
  | { readonly role: 'worker'; readonly group: string };

export type BundleAsset = Pick<Asset, 'name' | 'version' | 'sha256' | 'form'>;

export interface BundleCertificate {
  readonly profile: ProfileName;
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** A key of the masters as KMS wrapped it, bound to cluster and purpose. */
export interface WrappedKey {
  readonly purpose: 'service-account' | 'secrets-encryption';
  readonly keyArn: string;
  /** Base64. */
  readonly ciphertext: string;
}

export interface BundleFile {
  readonly path: string;
  /** As chmod takes it. */
  readonly mode: '0644' | '0600' | '0755';
  readonly content: string;
}

/** What a bundle is made of; everything in it is stored, so that the same bundle can be made again. */
export interface BundleInput {
  readonly blueprint: Blueprint;
  readonly machine: BundleMachine;
  /** DNS name of the API's load balancer. */
  readonly endpoint: string;
  readonly deployment: { readonly bucket: string; readonly nodeApiUrl: string };
  /** Ids of the slots' EBS volumes by the slots' keys: a machine mounts its own and no other. */
  readonly volumeIds: Readonly<Record<string, string>>;
  /** PEM of the CA certificates. */
  readonly authorities: Readonly<Record<AuthorityName, string>>;
  /** PEM of the key that verifies service-account tokens. */
  readonly serviceAccountPublicKey: string;
  readonly wrappedKeys: readonly WrappedKey[];
}

/** A bundle as it is stored. */
export interface RenderedBundle {
  readonly bundle: Bundle;
  /** JSON with one file a line, which the node script takes apart without a JSON parser. */
  readonly text: string;
  readonly sha256: string;
}

/** Renders the bundle of a slot or a node group. */
export function renderBundle(input: BundleInput): RenderedBundle {
  const profile = machineProfile(input.blueprint, input.machine);
  const bundle: Bundle = {
    format: 1,
    cluster: clusterOf(input, profile),
    machine: input.machine,
    assets: assetsOf(input.blueprint, profile),
    certificates: certificateFiles(profile),
    wrappedKeys: profile.runs.controlPlane ? input.wrappedKeys : [],
    units: unitsOf(profile),
    files: [],
  };
  const files = [...filesFor(input, profile, bundle)].sort((left, right) => (left.path < right.path ? -1 : 1));
  return stored({ ...bundle, files });
}

/** Where a bundle is kept; a machine's role may read only the bundles of that role. */
export function bundleKey(clusterId: string, role: MachineRole, sha256: string): string {
  return `clusters/${clusterId}/bundles/${role}/${sha256}.json`;
}

/** The name under which the store keeps which bundle a machine boots from. */
export const bundleRowName = (machine: BundleMachine): string =>
  machine.role === 'worker' ? `group/${machine.group}` : machine.slot;

/** What the node script can write as it was: printable ASCII, tabs and line breaks, and one line break at the end. */
const plainText = /^[\t\n\x20-\x7e]*[^\n]\n$/;

function stored(bundle: Bundle): RenderedBundle {
  const { files, ...head } = bundle;
  const unusual = files.find(({ content }) => !plainText.test(content));
  if (unusual) throw new TypeError(`${unusual.path} holds characters that the node script cannot write.`);
  // fetch-bundle depends on this form: it writes a file for each line that begins with {"path".
  const text = `${JSON.stringify(head).slice(0, -1)},"files":[\n${files.map((file) => JSON.stringify(file)).join(',\n')}\n]}\n`;
  return { bundle, text, sha256: createHash('sha256').update(text).digest('hex') };
}

function clusterOf({ blueprint, endpoint, deployment }: BundleInput, { runs }: MachineProfile): BundleCluster {
  const { cluster, kubernetes, loadBalancer } = blueprint;
  const apiServer = runs.controlPlane
    ? `https://127.0.0.1:${loadBalancer.targetGroup.port}`
    : `https://${endpoint}:${loadBalancer.listenerPort}`;
  return {
    id: cluster.id,
    region: cluster.region,
    bucket: deployment.bucket,
    nodeApiUrl: deployment.nodeApiUrl,
    endpoint,
    apiServer,
    kubernetesVersion: kubernetes.version,
    etcdVersion: kubernetes.etcdVersion,
  };
}

/** Which binaries each part of a machine needs, by their names in the blueprint. */
const assetNames = {
  etcd: ['etcd'],
  controlPlane: ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'etcd'],
  node: ['containerd', 'runc', 'cni-plugins', 'kubelet', 'kube-proxy', 'ecr-credential-provider'],
} as const;

function assetsOf(blueprint: Blueprint, { runs, architecture }: MachineProfile): readonly BundleAsset[] {
  const names = new Set<string>([
    ...(runs.etcd ? assetNames.etcd : []),
    ...(runs.controlPlane ? assetNames.controlPlane : []),
    ...(runs.node ? assetNames.node : []),
  ]);
  return blueprint.assets
    .filter((asset) => asset.architecture === architecture && names.has(asset.name))
    .map(({ name, version, sha256, form }) => ({ name, version, sha256, form }));
}

function unitsOf({ runs }: MachineProfile): readonly string[] {
  return [
    ...(runs.etcd ? ['etcd.service'] : []),
    ...(runs.controlPlane
      ? ['kube-apiserver.service', 'kube-controller-manager.service', 'kube-scheduler.service']
      : []),
    ...(runs.node ? ['containerd.service', 'kubelet.service', 'kube-proxy.service'] : []),
  ];
}
