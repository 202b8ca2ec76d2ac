import { images } from '../../../../shared/releases/images.ts';
import type { GoRecipe } from '../recipes.ts';
import type { OwnProgram } from './ownPrograms.ts';

/** An image of one layer, made of programs that are built or copied here. */
export interface ImageRecipe {
  /** As manifests name it: `registry.k8s.io/pause:3.10.2`. */
  readonly image: string;
  /** Programs from public Go modules. */
  readonly modules?: GoRecipe;
  readonly source?: OwnProgram;
  /** Where each built program goes, by its name. */
  readonly places: Readonly<Record<string, string>>;
  /** Programs of this machine, by their paths, with the shared libraries that they need. */
  readonly fromHost?: readonly string[];
  /** Folders of this machine whose files a program loads while it runs. */
  readonly foldersFromHost?: readonly string[];
  /** Other names of programs: link to target. */
  readonly links?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly user?: string;
  /** It calls AWS, so that the authority of a world's endpoints is added where it looks for those that it trusts. */
  readonly callsAws?: boolean;
}

/** What the containerd configuration keeps pods open with. */
const pause: ImageRecipe = {
  image: images.pause,
  source: { name: 'pause', file: 'pause/pause.c' },
  places: { pause: 'pause' },
  entrypoint: ['/pause'],
  user: '65535:65535',
};

const coreDns: ImageRecipe = {
  image: images.coreDns,
  modules: {
    modules: [{ path: 'github.com/coredns/coredns', version: 'v1.14.7' }],
    programs: [{ name: 'coredns', package: 'github.com/coredns/coredns' }],
  },
  places: { coredns: 'coredns' },
  entrypoint: ['/coredns'],
};

/** nft and iptables do for flannel what they do on the machines: both speak to nf_tables. */
const flannel: ImageRecipe = {
  image: images.flannel.daemon,
  modules: {
    modules: [{ path: 'github.com/flannel-io/flannel', version: 'v0.28.9' }],
    // The version that flannel asks for of this library (for a backend not used here) cannot be had from the Go proxy.
    replaced: ['common', 'vpc'].map((part) => ({
      path: `github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/${part}`,
      version: part === 'vpc' ? 'v1.3.80' : 'v1.3.210',
    })),
    programs: [{ name: 'flanneld', package: 'github.com/flannel-io/flannel' }],
    stamps: { 'github.com/flannel-io/flannel/pkg/version.Version': 'v0.28.9' },
    tags: ['netgo', 'osusergo'],
    c: 'static',
  },
  places: { flanneld: 'opt/bin/flanneld' },
  fromHost: ['/usr/sbin/nft', '/usr/sbin/xtables-nft-multi', '/bin/cp'],
  foldersFromHost: ['/usr/lib/x86_64-linux-gnu/xtables'],
  links: Object.fromEntries(
    ['iptables', 'ip6tables'].flatMap((family) =>
      ['', '-save', '-restore'].map((part) => [`usr/sbin/${family}${part}`, 'xtables-nft-multi']),
    ),
  ),
  entrypoint: ['/opt/bin/flanneld'],
};

/** The same plugin at its older home, as the module of its newer one cannot be had from the Go proxy. */
const flannelPlugin: ImageRecipe = {
  image: images.flannel.plugin,
  modules: {
    modules: [{ path: 'github.com/containernetworking/plugins', version: 'v0.9.1' }],
    programs: [{ name: 'flannel', package: 'github.com/containernetworking/plugins/plugins/meta/flannel' }],
    stamps: { 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion': 'v0.9.1' },
  },
  places: { flannel: 'flannel' },
  fromHost: ['/bin/cp'],
};

const metricsServer: ImageRecipe = {
  image: images.metricsServer,
  modules: {
    modules: [{ path: 'sigs.k8s.io/metrics-server', version: 'v0.9.0' }],
    programs: [{ name: 'metrics-server', package: 'sigs.k8s.io/metrics-server/cmd/metrics-server' }],
    stamps: { 'k8s.io/client-go/pkg/version.gitVersion': 'v0.9.0' },
  },
  places: { 'metrics-server': 'metrics-server' },
  entrypoint: ['/metrics-server'],
  user: '1000',
};

const cloudController: ImageRecipe = {
  image: images.cloudController['1.36'],
  modules: {
    modules: [{ path: 'k8s.io/cloud-provider-aws', version: 'v1.36.1' }],
    programs: [
      { name: 'aws-cloud-controller-manager', package: 'k8s.io/cloud-provider-aws/cmd/aws-cloud-controller-manager' },
    ],
    stamps: { 'k8s.io/component-base/version.gitVersion': 'v1.36.1' },
  },
  places: { 'aws-cloud-controller-manager': 'bin/aws-cloud-controller-manager' },
  entrypoint: ['/bin/aws-cloud-controller-manager'],
  callsAws: true,
};

/** Under /bin, where Debian has all of them by one name or another. */
const shellCommands = [
  ...['bash', 'cat', 'cp', 'date', 'echo', 'env', 'false', 'grep', 'head', 'hostname', 'id', 'ls', 'mkdir', 'mv'],
  ...['printenv', 'rm', 'sed', 'seq', 'sleep', 'sort', 'stat', 'tail', 'test', 'touch', 'tr', 'true', 'uname', 'wc'],
];

/** What tests of a cluster run: a server that says which pod answers, a shell, and clients for HTTP and DNS. */
const testServer: ImageRecipe = {
  image: 'registry.k8s.io/kubestep/test-server:1',
  source: { name: 'test-server', file: 'testServer/main.go' },
  places: { 'test-server': 'bin/test-server' },
  fromHost: shellCommands.map((name) => `/bin/${name}`),
  links: { 'bin/sh': 'bash', 'bin/wget': 'test-server', 'bin/nslookup': 'test-server' },
  files: { 'etc/passwd': 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' },
  entrypoint: ['/bin/test-server'],
};

/** Every image that is built here. */
export const imageRecipes: readonly ImageRecipe[] = [
  pause,
  coreDns,
  flannel,
  flannelPlugin,
  cloudController,
  testServer,
  metricsServer,
];
