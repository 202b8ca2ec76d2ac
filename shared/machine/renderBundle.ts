import { createHash } from 'node:crypto';
import type { Blueprint } from '../blueprint/blueprint.ts';
import type {
  Bundle,
  BundleAsset,
  BundleCluster,
  BundleFile,
  BundleHead,
  BundleInput,
  RenderedBundle,
} from './bundle.ts';
import type { Component } from './components.ts';
import { controlPlaneFiles } from './controlPlaneFiles.ts';
import { etcdFiles } from './etcdFiles.ts';
import { machineFiles } from './machineFiles.ts';
import { certificateFiles, type MachineProfile, machineProfile } from './machineProfile.ts';
import { nodeFiles } from './nodeFiles.ts';

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

/** Every file of a machine, by what it runs. */
function filesFor(input: BundleInput, profile: MachineProfile, head: BundleHead): readonly BundleFile[] {
  return [
    ...machineFiles(input, profile, head),
    ...(profile.runs.etcd ? etcdFiles(input, profile) : []),
    ...(profile.runs.controlPlane ? controlPlaneFiles(input, profile, head) : []),
    ...(profile.runs.node ? nodeFiles(input, profile, head) : []),
  ];
}

/** What the node script can write as it was: printable ASCII, tabs and line breaks, and one line break at the end. */
const plainText = /^[\t\n\x20-\x7e]*[^\n]\n$/;

function stored(bundle: Bundle): RenderedBundle {
  const unusual = bundle.files.find(({ content }) => !plainText.test(content));
  if (unusual) throw new TypeError(`${unusual.path} holds characters that the node script cannot write.`);
  const text = bundleText(bundle);
  return { bundle, text, sha256: createHash('sha256').update(text).digest('hex') };
}

/** A bundle as it is stored. fetch-bundle depends on this form: it writes a file for each line that begins with {"path". */
export function bundleText({ files, ...head }: Bundle): string {
  return `${JSON.stringify(head).slice(0, -1)},"files":[\n${files.map((file) => JSON.stringify(file)).join(',\n')}\n]}\n`;
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

/** Which binaries each part of a machine needs, by their names in the blueprint, and whose they are. */
const assetsOfParts = {
  etcd: { etcd: 'etcd' },
  controlPlane: {
    'kube-apiserver': 'kube-apiserver',
    kubectl: 'kube-apiserver',
    'kube-controller-manager': 'kube-controller-manager',
    'kube-scheduler': 'kube-scheduler',
    // A master without a member asks those of others with etcdctl.
    etcd: 'kube-apiserver',
  },
  node: {
    containerd: 'containerd',
    runc: 'containerd',
    'cni-plugins': 'containerd',
    kubelet: 'kubelet',
    'ecr-credential-provider': 'kubelet',
    'kube-proxy': 'kube-proxy',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Component>>>>;

function assetsOf(blueprint: Blueprint, { runs, architecture }: MachineProfile): readonly BundleAsset[] {
  const owners = new Map<string, Component>([
    ...(runs.controlPlane ? Object.entries(assetsOfParts.controlPlane) : []),
    ...(runs.etcd ? Object.entries(assetsOfParts.etcd) : []),
    ...(runs.node ? Object.entries(assetsOfParts.node) : []),
  ]);
  return blueprint.assets.flatMap(({ name, version, sha256, form, ...asset }) => {
    const component = owners.get(name);
    if (component === undefined || asset.architecture !== architecture) return [];
    return [{ component, name, version, sha256, form }];
  });
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
