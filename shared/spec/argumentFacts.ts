import {
  type ArgumentForm,
  between,
  duration,
  evictionThresholds,
  fraction,
  gracePeriods,
  oneOf,
  reservations,
  size,
  trueOrFalse,
  verbosity,
} from './argumentValues.ts';
import type { ComponentName } from './componentsSchema.ts';

/** A node's /24 has 254 addresses, of which the bridge takes one; beyond them pods wait for an address for ever. */
const MAXIMUM_PODS = 250;

/** Flags that a spec may set: tuning, which can slow a component down and not open or stop it (source: each component's `--help` and validation). */
export const allowedArguments: Readonly<Record<ComponentName, Readonly<Record<string, ArgumentForm | 'gates'>>>> = {
  'kube-apiserver': {
    'default-not-ready-toleration-seconds': between(0, 86_400),
    'default-unreachable-toleration-seconds': between(0, 86_400),
    'default-watch-cache-size': between(0, 100_000),
    'delete-collection-workers': between(1, 1000),
    'etcd-compaction-interval': duration,
    'event-ttl': duration,
    'feature-gates': 'gates',
    'max-mutating-requests-inflight': between(1, 100_000),
    'max-requests-inflight': between(1, 100_000),
    'min-request-timeout': between(1, 86_400),
    'storage-initialization-timeout': duration,
    v: verbosity,
  },
  'kube-controller-manager': {
    'concurrent-deployment-syncs': between(1, 1000),
    'concurrent-endpoint-syncs': between(1, 1000),
    'concurrent-gc-syncs': between(1, 1000),
    'concurrent-namespace-syncs': between(1, 1000),
    'concurrent-replicaset-syncs': between(1, 1000),
    'concurrent-service-syncs': between(1, 1000),
    'concurrent-statefulset-syncs': between(1, 1000),
    'endpoint-updates-batch-period': duration,
    'endpointslice-updates-batch-period': duration,
    'feature-gates': 'gates',
    'horizontal-pod-autoscaler-sync-period': duration,
    'kube-api-burst': between(1, 100_000),
    'kube-api-qps': between(1, 100_000),
    'node-eviction-rate': fraction,
    'node-monitor-grace-period': duration,
    v: verbosity,
  },
  'kube-scheduler': { 'feature-gates': 'gates', v: verbosity },
  kubelet: {
    'container-log-max-files': between(2, 1000),
    'container-log-max-size': size,
    'cpu-manager-policy': oneOf('none', 'static'),
    'eviction-hard': evictionThresholds,
    'eviction-soft': evictionThresholds,
    'eviction-soft-grace-period': gracePeriods,
    'feature-gates': 'gates',
    'image-gc-high-threshold': between(1, 100),
    'image-gc-low-threshold': between(0, 99),
    'kube-api-burst': between(1, 100_000),
    'kube-api-qps': between(1, 100_000),
    'kube-reserved': reservations,
    'max-pods': between(1, MAXIMUM_PODS),
    'pod-max-pids': between(64, 4_194_304),
    'registry-burst': between(1, 10_000),
    'registry-qps': between(1, 10_000),
    'serialize-image-pulls': trueOrFalse,
    'system-reserved': reservations,
    'topology-manager-policy': oneOf('none', 'best-effort', 'restricted', 'single-numa-node'),
    v: verbosity,
  },
  // kube-proxy reads everything else from its configuration file and ignores it on the command line.
  'kube-proxy': { v: verbosity },
  etcd: {
    'backend-batch-interval': duration,
    'backend-batch-limit': between(1, 1_000_000),
    'election-timeout': between(50, 50_000),
    'heartbeat-interval': between(10, 10_000),
    'log-level': oneOf('debug', 'info', 'warn', 'error'),
    'max-request-bytes': between(1_048_576, 10_485_760),
    'max-txn-ops': between(128, 100_000),
    'snapshot-count': between(1000, 10_000_000),
  },
};

/** Arguments that hold together, by component (sources: kubelet's and etcd's validation of their configuration). */
export const relations: Readonly<Partial<Record<ComponentName, readonly Relation[]>>> = {
  kubelet: [
    {
      flag: 'image-gc-low-threshold',
      holds: (get) => Number(get('image-gc-low-threshold', '80')) < Number(get('image-gc-high-threshold', '85')),
      allowed: 'less than image-gc-high-threshold (default 85)',
    },
    {
      flag: 'image-gc-high-threshold',
      holds: (get) => Number(get('image-gc-low-threshold', '80')) < Number(get('image-gc-high-threshold', '85')),
      allowed: 'more than image-gc-low-threshold (default 80)',
    },
    {
      flag: 'cpu-manager-policy',
      holds: (get) =>
        get('cpu-manager-policy', 'none') === 'none' ||
        /(^|,)cpu=/.test(`${get('kube-reserved', '')},${get('system-reserved', '')}`),
      allowed: 'static only beside processors in kube-reserved or system-reserved, such as cpu=200m',
    },
    {
      flag: 'eviction-soft',
      holds: (get) => names(get('eviction-soft', ''), '<') === names(get('eviction-soft-grace-period', ''), '='),
      allowed: 'signals that each have a time in eviction-soft-grace-period, too',
    },
    {
      flag: 'eviction-soft-grace-period',
      holds: (get) => names(get('eviction-soft', ''), '<') === names(get('eviction-soft-grace-period', ''), '='),
      allowed: 'signals that each have a threshold in eviction-soft, too',
    },
  ],
  etcd: [
    {
      flag: 'election-timeout',
      holds: (get) => Number(get('election-timeout', '1000')) >= 5 * Number(get('heartbeat-interval', '100')),
      allowed: 'five times heartbeat-interval (default 100) or more',
    },
    {
      flag: 'heartbeat-interval',
      holds: (get) => Number(get('election-timeout', '1000')) >= 5 * Number(get('heartbeat-interval', '100')),
      allowed: 'a fifth of election-timeout (default 1000) or less',
    },
  ],
};

/** Something that must hold where the flag is set; `get` gives a flag's value or what the component takes without it. */
export interface Relation {
  readonly flag: string;
  readonly holds: (get: (flag: string, otherwise: string) => string) => boolean;
  readonly allowed: string;
}

const names = (text: string, operator: '<' | '='): string =>
  text
    .split(',')
    .map((pair) => pair.split(operator)[0])
    .sort()
    .join();

/** A flag that kubestep sets, and what an operator changes instead. The first that matches explains. */
interface OwnedArgument {
  readonly flag: RegExp;
  readonly owner: string;
}

/** Flags that belong to kubestep in every component. */
const ownedEverywhere: readonly OwnedArgument[] = [
  {
    flag: /^(tls|cert|client-ca|peer-|trusted-ca|key-file)|-(ca|cert|certificate|key)(-file|-authority)?$/,
    owner: "the cluster's certificates, which kubestep issues and renews",
  },
  {
    flag: /^(kubeconfig|config|authentication-kubeconfig|authorization-kubeconfig|bootstrap-kubeconfig|root-dir|data-dir|name)$/,
    owner: "the machine's layout, which the bundle fixes",
  },
  {
    flag: /^(bind-address|secure-port|port|address|advertise-address|listen-.*|healthz-.*|metrics-bind-address|profiling|anonymous-auth|authorization-.*|authentication-.*|token-auth-file|read-only-port)$/,
    owner: 'what listens where and admits whom, which kubestep keeps closed',
  },
  {
    flag: /^(cloud-provider|provider-id|hostname-override|node-ip|leader-elect.*)$/,
    owner: "the machine's identity, which follows its instance",
  },
];

/** Flags that belong to kubestep in one component, mostly because a field of the spec decides them. */
const ownedByComponent: Readonly<Record<ComponentName, readonly OwnedArgument[]>> = {
  'kube-apiserver': [
    { flag: /^audit-/, owner: 'spec.auditPolicy' },
    { flag: /^oidc-/, owner: 'spec.oidc' },
    { flag: /^encryption-provider-/, owner: 'spec.secretsEncryption' },
    { flag: /^service-cluster-ip-range$/, owner: 'spec.network.serviceCIDR' },
    { flag: /^admission-control-config-file$/, owner: 'spec.podSecurity' },
    { flag: /^(enable|disable)-admission-plugins$/, owner: 'the admission plugins that the cluster rests on' },
    { flag: /^etcd-(?!compaction-interval$)/, owner: 'spec.etcd' },
    {
      flag: /^(shutdown-|goaway-chance|request-timeout)/,
      owner: 'rolling replacement of masters, which counts on them',
    },
    {
      flag: /^(service-account-|api-audiences|kubelet-|proxy-client-|requestheader-|enable-aggregator|endpoint-reconciler)/,
      owner: "the trust between the cluster's components",
    },
    { flag: /^service-node-port-range$/, owner: 'the security groups, which know the default range' },
  ],
  'kube-controller-manager': [
    {
      flag: /^terminated-pod-gc-threshold$/,
      owner: 'the bench of the Center for Internet Security, which wants it set',
    },
    {
      flag: /^(cluster-cidr|allocate-node-cidrs|node-cidr-mask-size.*|configure-cloud-routes)$/,
      owner: 'spec.network.podCIDR',
    },
    { flag: /^service-cluster-ip-range$/, owner: 'spec.network.serviceCIDR' },
    {
      flag: /^(controllers|cluster-signing-.*|root-ca-file|service-account-.*|use-service-account-credentials)$/,
      owner: 'the keys, none of which the controllers hold',
    },
  ],
  'kube-scheduler': [],
  kubelet: [
    { flag: /^node-labels$/, owner: 'spec.nodeGroups[].labels' },
    { flag: /^register-with-taints$/, owner: 'spec.nodeGroups[].taints' },
    { flag: /^(cluster-dns|cluster-domain|pod-cidr)$/, owner: 'spec.network' },
    {
      flag: /^(container-runtime.*|cgroup-.*|runtime-.*|image-credential-provider-.*|resolv-conf|rotate-.*|protect-kernel-defaults|seccomp-default|fail-swap-on)$/,
      owner: 'the image and runtime that kubestep sets up',
    },
  ],
  'kube-proxy': [
    {
      flag: /^(proxy-mode|cluster-cidr|conntrack-.*|ipvs-.*|iptables-.*|nftables-.*|detect-local-.*)/,
      owner: 'the configuration file of kube-proxy, beside which flags are ignored',
    },
  ],
  etcd: [
    { flag: /^(initial-|advertise-|discovery|force-new-cluster|strict-reconfig)/, owner: "the members' slots" },
    { flag: /^quota-backend-bytes$/, owner: "the size of etcd's volume" },
    {
      flag: /^(auto-compaction-|experimental-|feature-gates|auto-tls|client-cert-auth|wal-dir)/,
      owner: 'how the API servers use etcd',
    },
  ],
};

/** What owns a flag, where kubestep does. */
export function ownerOf(component: ComponentName, flag: string): string | undefined {
  return [...ownedByComponent[component], ...ownedEverywhere].find((owned) => owned.flag.test(flag))?.owner;
}
