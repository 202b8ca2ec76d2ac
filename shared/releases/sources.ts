import { type Architecture, publishedChecksums, type Release } from './releases.ts';

/** A file that machines fetch. */
export interface Asset {
  /** `kube-apiserver`, `etcd`, `containerd`, `cni-plugins`, … */
  readonly name: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly sha256: string;
  readonly source: string;
  /** How a machine unpacks it. */
  readonly form: 'binary' | 'tar.gz';
}

/** Where the files are mirrored from. Each may be replaced by a mirror with the same paths below it. */
export interface Sources {
  readonly kubernetes: string;
  readonly github: string;
}

/** The publishers' own places. */
export const publishers: Sources = { kubernetes: 'https://dl.k8s.io', github: 'https://github.com' };

/** What of Kubernetes machines run, each a file of its own. */
export const kubernetesBinaries = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kubectl',
];

/** Everything that machines of one architecture fetch for a release. */
export function assetsOf(
  release: Release,
  architecture: Architecture,
  sources: Sources = publishers,
): readonly Asset[] {
  const { kubernetes, etcd, containerd, runc, cniPlugins } = release;
  const { github } = sources;
  const archive = (name: ArchiveName, version: string, path: string): Asset => ({
    name,
    version,
    architecture,
    sha256: pinned(name, version, publishedChecksums[name][version]?.[architecture]),
    source: `${github}/${path}`,
    form: name === 'runc' ? 'binary' : 'tar.gz',
  });
  return [
    ...kubernetesBinaries.map((name) => kubernetesBinary(name, kubernetes, architecture, sources)),
    archive('etcd', etcd, `etcd-io/etcd/releases/download/v${etcd}/etcd-v${etcd}-linux-${architecture}.tar.gz`),
    archive(
      'containerd',
      containerd,
      `containerd/containerd/releases/download/v${containerd}/containerd-${containerd}-linux-${architecture}.tar.gz`,
    ),
    archive('runc', runc, `opencontainers/runc/releases/download/v${runc}/runc.${architecture}`),
    archive(
      'cni-plugins',
      cniPlugins,
      `containernetworking/plugins/releases/download/v${cniPlugins}/cni-plugins-linux-${architecture}-v${cniPlugins}.tgz`,
    ),
  ];
}

type ArchiveName = 'etcd' | 'containerd' | 'runc' | 'cni-plugins';

function kubernetesBinary(name: string, version: string, architecture: Architecture, sources: Sources): Asset {
  return {
    name,
    version,
    architecture,
    sha256: pinned(name, version, publishedChecksums.kubernetes[version]?.[architecture][name]),
    source: `${sources.kubernetes}/release/v${version}/bin/linux/${architecture}/${name}`,
    form: 'binary',
  };
}

function pinned(name: string, version: string, sha256: string | undefined): string {
  if (sha256 === undefined) throw new RangeError(`No checksum is pinned for ${name} ${version}`);
  return sha256;
}
