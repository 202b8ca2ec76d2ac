import { basename } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import confinement from '../../../shared/machine/files/confinement.conf';
import credentialProviders from '../../../shared/machine/files/credential-providers.yaml';
import podNetwork from '../../../shared/machine/files/pod-network.conflist';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { anInput, aWorker, contentOf, flagsOf, unit } from './aBundle.ts';
import { requiredFlags } from './requiredFlags.ts';

const master = renderBundle(anInput()).bundle;
const worker = renderBundle(aWorker).bundle;
const components = Object.keys(requiredFlags);

/** The directives of a unit; one that is said twice has its last value. */
const directivesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/^([A-Z]\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

const directives = (name: string) => directivesOf(unit(master, name));

test.each(components)('%s has a flag for everything that it has no safe default for', (name) => {
  expect(flagsOf(unit(master, name))).toMatchObject(requiredFlags[name] ?? {});
});

test.each(components)('%s is the program of its own name, and a part of every boot', (name) => {
  const { ExecStart, WantedBy } = directives(name);
  expect([ExecStart, WantedBy]).toEqual([`/opt/kubestep/current/${name}/bin/${name} \\`, 'multi-user.target']);
});

test('each component is started after what it needs', () => {
  const after = Object.fromEntries(components.map((name) => [name, directives(name).After]));
  expect(after).toEqual({
    containerd: 'network.target local-fs.target',
    etcd: 'network-online.target',
    'kube-apiserver': 'network-online.target etcd.service',
    'kube-controller-manager': 'kube-apiserver.service',
    'kube-scheduler': 'kube-apiserver.service',
    kubelet: 'containerd.service',
    'kube-proxy': 'network-online.target',
  });
  expect(directives('kubelet').Wants).toBe('containerd.service');
  expect(directives('etcd').RequiresMountsFor).toBe('/var/lib/etcd');
  // systemd.special: what is ordered after network-online.target must also pull it in.
  for (const { content, path } of master.files.filter(({ path }) => path.endsWith('.service'))) {
    const { After = '', Wants = '' } = directivesOf(content);
    expect([path, Wants.includes('network-online.target')]).toEqual([path, After.includes('network-online.target')]);
  }
});

test('systemd knows when those that can say it are ready, and waits for etcd as long as its members take', () => {
  const types = Object.fromEntries(components.map((name) => [name, directives(name).Type ?? 'simple']));
  expect(types).toMatchObject({ etcd: 'notify', 'kube-apiserver': 'notify', containerd: 'notify', kubelet: 'simple' });
  expect(directives('etcd').TimeoutStartSec).toBe('0');
  expect(Number(directives('kube-apiserver').TimeoutStartSec)).toBeGreaterThanOrEqual(120);
});

test('a variable of a unit comes from a file that the node script writes', () => {
  const script = master.files
    .filter(({ path }) => path.startsWith('/opt/kubestep/current/machine/lib/'))
    .map(({ content }) => content);
  for (const name of components.filter((each) => /\$\{[A-Z_]+\}/.test(unit(master, each)))) {
    const { EnvironmentFile = '' } = directives(name);
    expect([name, script.some((text) => text.includes(`> ${EnvironmentFile}`) && EnvironmentFile !== '')]).toEqual([
      name,
      true,
    ]);
  }
});

test('without memory the pods go first, then the control plane, and last what keeps the node alive', () => {
  const scores = Object.fromEntries(components.map((name) => [name, Number(directives(name).OOMScoreAdjust)]));
  const ofTheNode = ['containerd', 'etcd', 'kubelet', 'kube-proxy'];
  // kubelet gives critical pods -997 (source: Kubernetes, "Node-pressure Eviction").
  for (const name of components) expect([name, scores[name]]).toEqual([name, ofTheNode.includes(name) ? -999 : -997]);
});

test('a component comes back after two seconds, and has files and processor enough', () => {
  for (const name of components) expect([name, directives(name).RestartSec]).toEqual([name, '2']);
  for (const name of ['containerd', 'etcd', 'kube-apiserver', 'kube-proxy'])
    expect([name, Number(directives(name).LimitNOFILE) >= 65536]).toEqual([name, true]);
  expect(directives('etcd')).toMatchObject({
    User: 'etcd',
    Nice: '-10',
    IOSchedulingClass: 'best-effort',
    IOSchedulingPriority: '0',
    ReadWritePaths: '/var/lib/etcd',
  });
});

test('a restart of the container runtime leaves pods alone', () => {
  expect(directives('containerd')).toMatchObject({ KillMode: 'process', Delegate: 'yes', TasksMax: 'infinity' });
});

test('what only answers over the network is confined as systemd’s own manual advises', () => {
  expect(directivesOf(confinement)).toEqual({
    ...Object.fromEntries(
      ['NoNewPrivileges', 'ProtectHome', 'ProtectClock', 'ProtectHostname', 'ProtectControlGroups', 'ProtectKernelLogs']
        .concat('ProtectKernelModules', 'ProtectKernelTunables', 'PrivateTmp', 'PrivateDevices', 'LockPersonality')
        .concat('MemoryDenyWriteExecute', 'RestrictNamespaces', 'RestrictRealtime', 'RestrictSUIDSGID')
        .map((name) => [name, 'yes']),
    ),
    CapabilityBoundingSet: '',
    ProtectSystem: 'strict',
    ProtectProc: 'invisible',
    RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX AF_NETLINK',
    LimitCORE: '0',
    SystemCallArchitectures: 'native',
    SystemCallFilter: '@system-service',
    SystemCallErrorNumber: 'EPERM',
    UMask: '0077',
  });
});

test('the service proxy rules over the network of its machine, and over nothing else', () => {
  expect(directives('kube-proxy')).toMatchObject({
    ...Object.fromEntries(
      ['NoNewPrivileges', 'ProtectHome', 'ProtectControlGroups', 'ProtectKernelLogs', 'PrivateTmp', 'LockPersonality']
        .concat('RestrictNamespaces', 'RestrictRealtime', 'RestrictSUIDSGID')
        .map((name) => [name, 'yes']),
    ),
    ProtectSystem: 'strict',
    SystemCallArchitectures: 'native',
  });
});

test('the API server’s audit log is its own folder, which nobody else reads', () => {
  expect(directives('kube-apiserver')).toMatchObject({ LogsDirectory: 'kubernetes', LogsDirectoryMode: '0700' });
});

test('certificates are looked at every hour, at another moment on each machine', () => {
  const service = directivesOf(contentOf(worker, '/etc/systemd/system/kubestep-renew.service'));
  expect(service).toMatchObject({
    Type: 'oneshot',
    ExecStart: '/opt/kubestep/current/machine/bin/kubestep-node renew',
    EnvironmentFile: '-/etc/kubestep/endpoints.env',
    After: 'network-online.target',
  });
  expect(Number(service.TimeoutStartSec)).toBeGreaterThan(300); // the longest that a signed request is tried
  expect(directivesOf(contentOf(worker, '/etc/systemd/system/kubestep-renew.timer'))).toMatchObject({
    OnBootSec: '1h',
    OnUnitActiveSec: '1h',
    RandomizedDelaySec: '30min',
    WantedBy: 'timers.target',
  });
});

/** Which kind of object a component reads in its file. */
const kinds: Readonly<Record<string, string>> = {
  'kubelet.yaml': 'kubelet.config.k8s.io/v1beta1 KubeletConfiguration',
  'kube-proxy.yaml': 'kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration',
  'kube-scheduler.yaml': 'kubescheduler.config.k8s.io/v1 KubeSchedulerConfiguration',
  'admission.yaml': 'apiserver.config.k8s.io/v1 AdmissionConfiguration',
  'authentication.yaml': 'apiserver.config.k8s.io/v1 AuthenticationConfiguration',
  'audit-policy.yaml': 'audit.k8s.io/v1 Policy',
  'first-roles.yaml': 'rbac.authorization.k8s.io/v1 ClusterRoleBinding',
};

test('every file is of the kind that its component reads', () => {
  const kindsIn = (text: string) =>
    parseAllDocuments(text).map((document) => `${document.get('apiVersion')} ${document.get('kind')}`);
  const files = master.files.filter(({ path }) => /\.(yaml|kubeconfig)$/.test(path));
  expect(files.length).toBeGreaterThan(Object.keys(kinds).length);
  for (const { path, content } of files) {
    const wanted = kinds[basename(path)] ?? 'v1 Config';
    expect([path, [...new Set(kindsIn(content))]]).toEqual([path, [wanted]]);
  }
  expect(kindsIn(credentialProviders)).toEqual(['kubelet.config.k8s.io/v1 CredentialProviderConfig']);
  expect(parse(credentialProviders).providers[0]).toMatchObject({
    name: 'ecr-credential-provider',
    apiVersion: 'credentialprovider.kubelet.k8s.io/v1',
    defaultCacheDuration: '12h', // as long as a token of ECR is valid
  });
  const { plugins } = parse(contentOf(master, '/opt/kubestep/current/kube-apiserver/admission.yaml'));
  expect(plugins[0]).toMatchObject({
    name: 'PodSecurity',
    configuration: {
      apiVersion: 'pod-security.admission.config.k8s.io/v1',
      kind: 'PodSecurityConfiguration',
      defaults: { enforce: 'baseline', 'enforce-version': 'latest', warn: 'baseline', 'warn-version': 'latest' },
    },
  });
});

test('kubelet runs pods by containerd and systemd’s cgroups, with the cluster’s DNS and limits of its own', () => {
  expect(parse(contentOf(worker, '/opt/kubestep/current/kubelet/kubelet.yaml'))).toMatchObject({
    enableProfilingHandler: false,
    enableDebugFlagsHandler: false,
    tlsCertFile: '/etc/kubernetes/pki/kubelet-server.crt',
    tlsPrivateKeyFile: '/etc/kubernetes/pki/kubelet-server.key',
    tlsMinVersion: 'VersionTLS12',
    cgroupDriver: 'systemd',
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    clusterDNS: ['100.64.0.10'],
    clusterDomain: 'cluster.local',
    resolvConf: '/run/systemd/resolve/resolv.conf',
    maxPods: 110,
    podPidsLimit: 4096,
    seccompDefault: true,
    protectKernelDefaults: true,
    serializeImagePulls: false,
    maxParallelImagePulls: 5,
    shutdownGracePeriodCriticalPods: '20s',
    kubeReserved: { cpu: '100m', 'ephemeral-storage': '1Gi' },
    systemReserved: { cpu: '100m', memory: '200Mi', 'ephemeral-storage': '1Gi' },
    evictionHard: {
      'memory.available': '200Mi',
      'nodefs.available': '10%',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '10%',
    },
  });
});

test('the service proxy works with nftables, shows its health to the load balancers and leaves the kernel’s table alone', () => {
  expect(parse(contentOf(worker, '/opt/kubestep/current/kube-proxy/kube-proxy.yaml'))).toMatchObject({
    clientConnection: { kubeconfig: '/etc/kubernetes/kube-proxy.kubeconfig' },
    mode: 'nftables',
    clusterCIDR: '100.96.0.0/11',
    healthzBindAddress: '0.0.0.0:10256',
    conntrack: { maxPerCore: 0, min: 0 },
  });
});

test('one scheduler of several leads', () => {
  expect(parse(contentOf(master, '/opt/kubestep/current/kube-scheduler/kube-scheduler.yaml'))).toMatchObject({
    clientConnection: { kubeconfig: '/etc/kubernetes/kube-scheduler.kubeconfig', qps: 100, burst: 100 },
    leaderElection: { leaderElect: true },
    enableProfiling: false,
  });
});

test('a kubeconfig names one cluster, one user by certificate, and the two together', () => {
  expect(parse(contentOf(worker, '/etc/kubernetes/kubelet.kubeconfig'))).toMatchObject({
    clusters: [{ name: 'cluster', cluster: { 'certificate-authority': '/etc/kubernetes/pki/kubernetes-ca.crt' } }],
    users: [
      {
        name: 'user',
        user: {
          'client-certificate': '/etc/kubernetes/pki/kubelet-client.crt',
          'client-key': '/etc/kubernetes/pki/kubelet-client.key',
        },
      },
    ],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  });
});

test('Kubernetes’ own roles are given to API servers, administrators and viewers', () => {
  const bindings = parseAllDocuments(contentOf(master, '/opt/kubestep/current/kube-apiserver/first-roles.yaml')).map(
    (each) => each.toJS(),
  );
  expect(
    bindings.map(({ roleRef, subjects }) => [roleRef.kind, roleRef.name, subjects[0].kind, subjects[0].name]),
  ).toEqual([
    ['ClusterRole', 'system:kubelet-api-admin', 'User', 'kube-apiserver-kubelet-client'],
    ['ClusterRole', 'cluster-admin', 'Group', 'kubestep:administrators'],
    ['ClusterRole', 'view', 'Group', 'kubestep:viewers'],
  ]);
});

test('strangers get an answer about health, and no other', () => {
  expect(parse(contentOf(master, '/opt/kubestep/current/kube-apiserver/authentication.yaml')).anonymous.enabled).toBe(
    true,
  );
});

test('containerd runs pods in systemd’s cgroups, where kubelet looks for them', () => {
  const containerd = contentOf(worker, '/opt/kubestep/current/containerd/config.toml');
  expect(containerd).toMatch(/^version = 3$/m);
  for (const line of [
    "runtime_type = 'io.containerd.runc.v2'",
    'SystemdCgroup = true',
    "bin_dirs = ['/opt/cni/bin', '/opt/kubestep/current/containerd/bin']",
  ])
    expect(containerd).toContain(line);
});

test('routed pods have a bridge that is their gateway, and ports of the machine', () => {
  const { cniVersion, plugins } = JSON.parse(podNetwork.replace('LINK_MTU', '9001'));
  expect(cniVersion).toBe('1.0.0');
  expect(plugins).toEqual([
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      hairpinMode: true,
      mtu: 9001,
      ipam: { type: 'host-local', ranges: [[{ subnet: 'POD_RANGE' }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ]);
});

test('the kernel is set as kubelet asks, forwards packets, and keeps what the pod network adds', () => {
  const settings = Object.fromEntries(
    contentOf(worker, '/etc/sysctl.d/99-kubestep.conf')
      .split('\n')
      .map((line) => line.split(' = ')),
  );
  // The first six are what kubelet compares with when protectKernelDefaults is on (source: kubelet's container manager).
  expect(settings).toMatchObject({
    'vm.overcommit_memory': '1',
    'vm.panic_on_oom': '0',
    'kernel.panic': '10',
    'kernel.panic_on_oops': '1',
    'kernel.keys.root_maxkeys': '1000000',
    'kernel.keys.root_maxbytes': '25000000',
    'net.ipv4.ip_forward': '1',
    'net.bridge.bridge-nf-call-iptables': '1',
    'net.bridge.bridge-nf-call-ip6tables': '1',
  });
  const modules = contentOf(worker, '/etc/modules-load.d/kubestep.conf').split('\n');
  expect(modules.filter((line) => !line.startsWith('#'))).toEqual(['overlay', 'br_netfilter', 'nf_conntrack', '']);
  expect(directivesOf(contentOf(worker, '/etc/systemd/networkd.conf.d/kubestep.conf'))).toEqual({
    ManageForeignRoutes: 'no',
    ManageForeignRoutingPolicyRules: 'no',
  });
  expect(directivesOf(contentOf(worker, '/etc/systemd/network/99-default.link'))).toMatchObject({
    OriginalName: '*',
    MACAddressPolicy: 'none',
  });
});
