import type { ComponentName } from '../blueprint/blueprint.ts';

/** What may follow a flag. */
export const argumentForms = {
  number: { pattern: /^\d{1,12}$/, allowed: 'a whole number' },
  fraction: { pattern: /^(0|0?\.\d{1,6})$/, allowed: 'a fraction below 1 such as 0.001' },
  duration: { pattern: /^(\d+(\.\d+)?(ms|s|m|h))+$/, allowed: 'a duration such as 2m30s' },
  switch: { pattern: /^(true|false)$/, allowed: 'true or false' },
  gates: {
    pattern: /^[A-Za-z0-9]+=(true|false)(,[A-Za-z0-9]+=(true|false))*$/,
    allowed: 'gates such as NameOfGate=true',
  },
  pairs: {
    pattern: /^[a-z0-9./-]+[=<][A-Za-z0-9.%-]+(,[a-z0-9./-]+[=<][A-Za-z0-9.%-]+)*$/,
    allowed: 'pairs such as cpu=100m,memory=200Mi',
  },
  quantity: { pattern: /^\d{1,6}(Ki|Mi|Gi)?$/, allowed: 'a quantity such as 10Mi' },
  word: { pattern: /^[A-Za-z-]{1,40}$/, allowed: 'one word' },
  verbosity: { pattern: /^\d$/, allowed: 'a number from 0 to 9' },
} as const;

export type ArgumentForm = keyof typeof argumentForms;

/** Flags that a spec may set: tuning, which can slow a component down and not open it (source: each component's `--help`). */
export const allowedArguments: Readonly<Record<ComponentName, Readonly<Record<string, ArgumentForm>>>> = {
  'kube-apiserver': {
    'default-not-ready-toleration-seconds': 'number',
    'default-unreachable-toleration-seconds': 'number',
    'default-watch-cache-size': 'number',
    'delete-collection-workers': 'number',
    'etcd-compaction-interval': 'duration',
    'event-ttl': 'duration',
    'feature-gates': 'gates',
    'max-mutating-requests-inflight': 'number',
    'max-requests-inflight': 'number',
    'min-request-timeout': 'number',
    'storage-initialization-timeout': 'duration',
    v: 'verbosity',
  },
  'kube-controller-manager': {
    'concurrent-deployment-syncs': 'number',
    'concurrent-endpoint-syncs': 'number',
    'concurrent-gc-syncs': 'number',
    'concurrent-namespace-syncs': 'number',
    'concurrent-replicaset-syncs': 'number',
    'concurrent-service-syncs': 'number',
    'concurrent-statefulset-syncs': 'number',
    'endpoint-updates-batch-period': 'duration',
    'endpointslice-updates-batch-period': 'duration',
    'feature-gates': 'gates',
    'horizontal-pod-autoscaler-sync-period': 'duration',
    'kube-api-burst': 'number',
    'kube-api-qps': 'number',
    'node-eviction-rate': 'fraction',
    'node-monitor-grace-period': 'duration',
    v: 'verbosity',
  },
  'kube-scheduler': { 'feature-gates': 'gates', v: 'verbosity' },
  kubelet: {
    'container-log-max-files': 'number',
    'container-log-max-size': 'quantity',
    'cpu-manager-policy': 'word',
    'eviction-hard': 'pairs',
    'eviction-soft': 'pairs',
    'eviction-soft-grace-period': 'pairs',
    'feature-gates': 'gates',
    'image-gc-high-threshold': 'number',
    'image-gc-low-threshold': 'number',
    'kube-api-burst': 'number',
    'kube-api-qps': 'number',
    'kube-reserved': 'pairs',
    'max-pods': 'number',
    'memory-manager-policy': 'word',
    'pod-max-pids': 'number',
    'registry-burst': 'number',
    'registry-qps': 'number',
    'serialize-image-pulls': 'switch',
    'system-reserved': 'pairs',
    'topology-manager-policy': 'word',
    v: 'verbosity',
  },
  // kube-proxy reads everything else from its configuration file and ignores it on the command line.
  'kube-proxy': { v: 'verbosity' },
  etcd: {
    'backend-batch-interval': 'duration',
    'backend-batch-limit': 'number',
    'election-timeout': 'number',
    'heartbeat-interval': 'number',
    'log-level': 'word',
    'max-request-bytes': 'number',
    'max-txn-ops': 'number',
    'snapshot-count': 'number',
  },
};

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
