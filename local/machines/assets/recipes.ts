import { type Release, releaseOf } from '../../../shared/releases/releases.ts';
import { kubernetesBinaries } from '../../../shared/releases/sources.ts';

/** A Go module at a version, as go.mod names it: `v1.36.3`. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
}

/** A command of a module and the name that its publisher gives the file. */
export interface Program {
  readonly name: string;
  readonly package: string;
}

/** How programs come out of Go modules. */
export interface GoRecipe {
  /** The modules that hold the programs. */
  readonly modules: readonly GoModule[];
  /** The version of modules that those replace by folders of their own repository. */
  readonly siblings?: string;
  /** Dependencies taken at another version than the module asks for. */
  readonly replaced?: readonly GoModule[];
  readonly programs: readonly Program[];
  /** Variables that set a program's own version. */
  readonly stamps?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  /** `static` calls C, but needs no shared library where it runs; `shared` does. Without either no C is called. */
  readonly c?: 'static' | 'shared';
}

/** A file for machines as its publisher releases it, and how to build the same from source. */
export interface AssetRecipe extends GoRecipe {
  readonly name: string;
  readonly version: string;
  /** What the publisher calls the file. */
  readonly file: string;
  readonly form: 'binary' | 'tar.gz';
  /** Where in the archive the programs are. */
  readonly archiveFolder?: string;
}

/** The files for machines of these Kubernetes versions, the newest release's first. Each is listed once. */
export function recipesFor(kubernetesVersions: readonly string[]): readonly AssetRecipe[] {
  const recipes = kubernetesVersions
    .map(offeredRelease)
    .flatMap((release) => [
      ...kubernetes(release.kubernetes),
      etcd(release.etcd),
      containerd(release.containerd),
      runc(release.runc),
      cniPlugins(release.cniPlugins),
      ecrCredentialProvider(release.ecrCredentialProvider),
    ]);
  return [...new Map(recipes.map((recipe) => [`${recipe.name} ${recipe.version}`, recipe])).values()];
}

function offeredRelease(version: string): Release {
  const release = releaseOf(version);
  if (release === undefined) throw new RangeError(`Kubernetes ${version} is not among the offered versions`);
  return release;
}

/** Libraries of Kubernetes have the minor version first: k8s.io/api v0.36.3 belongs to 1.36.3. */
const libraryVersion = (version: string) => `v0.${version.split('.').slice(1).join('.')}`;

function kubernetes(version: string): readonly AssetRecipe[] {
  const [major = '', minor = ''] = version.split('.');
  // The first compiles what most of the others share.
  return kubernetesBinaries.map((name) => ({
    name,
    version,
    file: name,
    form: 'binary',
    modules: [{ path: 'k8s.io/kubernetes', version: `v${version}` }],
    siblings: libraryVersion(version),
    programs: [{ name, package: `k8s.io/kubernetes/cmd/${name}` }],
    // Without these a component says v0.0.0-master, and every check of version skew goes wrong.
    stamps: {
      'k8s.io/component-base/version.gitVersion': `v${version}`,
      'k8s.io/component-base/version.gitMajor': major,
      'k8s.io/component-base/version.gitMinor': minor,
      'k8s.io/component-base/version.gitTreeState': 'clean',
      'k8s.io/client-go/pkg/version.gitVersion': `v${version}`,
    },
  }));
}

const etcd = (version: string): AssetRecipe => ({
  name: 'etcd',
  version,
  file: `etcd-v${version}-linux-amd64.tar.gz`,
  form: 'tar.gz',
  archiveFolder: `etcd-v${version}-linux-amd64`,
  modules: ['server', 'etcdctl', 'etcdutl'].map((part) => ({
    path: `go.etcd.io/etcd/${part}/v3`,
    version: `v${version}`,
  })),
  siblings: `v${version}`,
  programs: [
    { name: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
    { name: 'etcdctl', package: 'go.etcd.io/etcd/etcdctl/v3' },
    { name: 'etcdutl', package: 'go.etcd.io/etcd/etcdutl/v3' },
  ],
});

const containerd = (version: string): AssetRecipe => ({
  name: 'containerd',
  version,
  file: `containerd-${version}-linux-amd64.tar.gz`,
  form: 'tar.gz',
  archiveFolder: 'bin',
  modules: [{ path: 'github.com/containerd/containerd/v2', version: `v${version}` }],
  programs: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map((name) => ({
    name,
    package: `github.com/containerd/containerd/v2/cmd/${name}`,
  })),
  stamps: { 'github.com/containerd/containerd/v2/version.Version': `v${version}` },
});

/** Without seccomp every pod fails, as each has a filter. */
const runc = (version: string): AssetRecipe => ({
  name: 'runc',
  version,
  file: 'runc.amd64',
  form: 'binary',
  modules: [{ path: 'github.com/opencontainers/runc', version: `v${version}` }],
  programs: [{ name: 'runc', package: 'github.com/opencontainers/runc' }],
  tags: ['seccomp', 'netgo', 'osusergo'],
  c: 'static',
});

const cniPluginFolders: Readonly<Record<string, readonly string[]>> = {
  main: ['bridge', 'dummy', 'host-device', 'ipvlan', 'loopback', 'macvlan', 'ptp', 'tap', 'vlan'],
  ipam: ['dhcp', 'host-local', 'static'],
  meta: ['bandwidth', 'firewall', 'portmap', 'sbr', 'tuning', 'vrf'],
};

const cniPlugins = (version: string): AssetRecipe => ({
  name: 'cni-plugins',
  version,
  file: `cni-plugins-linux-amd64-v${version}.tgz`,
  form: 'tar.gz',
  modules: [{ path: 'github.com/containernetworking/plugins', version: `v${version}` }],
  programs: Object.entries(cniPluginFolders).flatMap(([folder, names]) =>
    names.map((name) => ({ name, package: `github.com/containernetworking/plugins/plugins/${folder}/${name}` })),
  ),
  stamps: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': `v${version}` },
});

/** The publisher's file is known by its name and not by its checksum, so only clusters of what is built here have it. */
const ecrCredentialProvider = (version: string): AssetRecipe => ({
  name: 'ecr-credential-provider',
  version,
  file: 'ecr-credential-provider-linux-amd64',
  form: 'binary',
  modules: [{ path: 'k8s.io/cloud-provider-aws', version: `v${version}` }],
  programs: [{ name: 'ecr-credential-provider', package: 'k8s.io/cloud-provider-aws/cmd/ecr-credential-provider' }],
});
