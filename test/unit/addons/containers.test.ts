import { type Applied, manifests, objectsOf, podOf, workloads } from './manifests.ts';

interface Probe {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: { readonly port: number | string; readonly path: string };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
}

interface Confinement {
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
}

/** What these tests read of a container and its pod beside what others do. */
interface Running {
  readonly name: string;
  readonly securityContext?: Confinement;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
}

interface RunningPod {
  readonly hostNetwork?: boolean;
  readonly priorityClassName?: string;
  readonly securityContext?: Readonly<Record<string, unknown>>;
  readonly initContainers?: readonly Running[];
  readonly containers: readonly Running[];
}

const pods = new Map<string, { readonly object: Applied; readonly pod: RunningPod }>();
for (const [, manifest] of manifests)
  for (const object of workloads(objectsOf(manifest)))
    pods.set(object.metadata.name, { object, pod: podOf(object) as unknown as RunningPod });

/** Each container once, by workload and name. */
const containers = [...pods].flatMap(([workload, { pod }]) =>
  pod.containers.map((container) => [`${workload}/${container.name}`, container] as [string, Running]),
);

const named = (shown: (container: Running) => boolean) =>
  containers
    .filter(([, container]) => shown(container))
    .map(([name]) => name)
    .sort();

test('privileged are those that mount and route for their node, and nobody else', () => {
  expect(named(({ securityContext }) => securityContext?.privileged === true)).toEqual([
    'calico-node/calico-node',
    'ebs-csi-node/ebs-plugin',
  ]);
});

test('nobody else gains rights, but flannel, which sets up links and routes', () => {
  const gaining = named(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false);
  expect(gaining).toEqual(['calico-node/calico-node', 'ebs-csi-node/ebs-plugin', 'flannel/flannel']);
  const keeping = named(({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
  expect(keeping).toEqual(gaining);
  const added = containers.flatMap(([name, { securityContext }]) =>
    (securityContext?.capabilities?.add ?? []).map((capability) => `${name} ${capability}`),
  );
  expect(added.sort()).toEqual([
    'coredns/coredns NET_BIND_SERVICE',
    'flannel/flannel NET_ADMIN',
    'flannel/flannel NET_RAW',
  ]);
});

test('the pod networks write to their own file system, and nobody else', () => {
  const writing = named(({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true);
  expect(writing.map((name) => name.split('/')[0]).every((name) => /^(calico|flannel)/.test(name ?? ''))).toBe(true);
});

test('a volume driver that is no root writes with one group to what it shares', () => {
  const { pod } = pods.get('ebs-csi-controller') ?? {};
  expect(pod?.securityContext).toEqual({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
  const ofNode = containers.filter(([name]) => name.startsWith('ebs-csi-node/'));
  expect(ofNode.map(([, { securityContext }]) => securityContext?.runAsUser)).toEqual([0, 0, 0]);
});

test('on their node’s network are the pod network and what runs before or without it', () => {
  const onHost = [...pods].filter(([, { pod }]) => pod.hostNetwork === true).map(([name]) => name);
  expect(onHost.sort()).toEqual([
    'aws-cloud-controller-manager',
    'calico-node',
    'calico-typha',
    'ebs-csi-controller',
    'flannel',
  ]);
});

test('addons are evicted last: those of every node after those of the cluster', () => {
  for (const [name, { object, pod }] of pods) {
    const ofEveryNode = object.kind === 'DaemonSet' && name !== 'aws-cloud-controller-manager';
    expect([name, pod.priorityClassName]).toEqual([
      name,
      ofEveryNode ? 'system-node-critical' : 'system-cluster-critical',
    ]);
  }
});

test('the scheduler knows what each container needs', () => {
  for (const [name, { resources }] of containers)
    expect([name, Object.keys(resources?.requests ?? {}).sort()]).toEqual([name, ['cpu', 'memory']]);
});

/** Containers that nobody asks whether they live: helpers of one that is asked, and flannel, whose own manifest has no probe. */
const unasked =
  /^(flannel\/|ebs-csi-controller\/csi-|ebs-csi-node\/node-driver|ebs-csi-(node|controller)\/liveness-probe$)/;

test('every probed container has time to start and to answer, and is restarted within minutes', () => {
  expect(named(({ livenessProbe }) => !livenessProbe).every((name) => unasked.test(name))).toBe(true);
  for (const [name, { livenessProbe, readinessProbe, ports = [] }] of containers) {
    for (const probe of [livenessProbe, readinessProbe]) {
      if (!probe) continue;
      const { periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3, initialDelaySeconds = 0 } = probe;
      const secondsToNotice = periodSeconds * failureThreshold;
      expect([name, secondsToNotice >= 30 && secondsToNotice <= 120]).toEqual([name, true]);
      expect([name, timeoutSeconds <= 60 && initialDelaySeconds <= 60]).toEqual([name, true]);
      expect([name, Boolean(probe.exec) !== Boolean(probe.httpGet)]).toEqual([name, true]);
      const port = probe.httpGet?.port;
      if (typeof port === 'string')
        expect([name, ports.map((each) => each.name)]).toEqual([name, expect.arrayContaining([port])]);
    }
    if (livenessProbe)
      expect([name, (livenessProbe.initialDelaySeconds ?? 0) >= 10 || name.startsWith('metrics-server')]).toEqual([
        name,
        true,
      ]);
  }
});

/** Where components serve, as their own documentation and our arguments say. */
const served: Readonly<Record<string, readonly (number | string)[]>> = {
  'aws-cloud-controller-manager': ['127.0.0.1:10258/healthz'],
  'calico-typha': ['localhost:9098/liveness', 'localhost:9098/readiness'],
  coredns: [':8080/health', ':8181/ready'],
  'ebs-csi-controller': [':healthz/healthz'],
  'ebs-csi-node': [':healthz/healthz'],
  'metrics-server': [':https/livez', ':https/readyz'],
};

test('health is asked for where it is served', () => {
  const asked = (workload: string) =>
    containers
      .filter(([name]) => name.startsWith(`${workload}/`))
      .flatMap(([, { livenessProbe, readinessProbe }]) => [livenessProbe, readinessProbe])
      .flatMap((probe) =>
        probe?.httpGet ? [probe.httpGet as { host?: string; port: number | string; path: string }] : [],
      )
      .map(({ host = '', port, path }) => `${host}:${port}${path}`);
  for (const [workload, places] of Object.entries(served))
    expect([workload, asked(workload)]).toEqual([workload, places]);
  const ports = containers.flatMap(([name, { ports: own = [] }]) =>
    own.map((port) => `${name} ${port.name} ${port.containerPort}`),
  );
  expect([...new Set(ports)].sort()).toEqual([
    'calico-typha/typha typha 5473',
    'coredns/coredns dns 53',
    'coredns/coredns dns-tcp 53',
    'coredns/coredns metrics 9153',
    'ebs-csi-controller/ebs-plugin healthz 9808',
    'ebs-csi-node/ebs-plugin healthz 9808',
    'metrics-server/metrics-server https 10250',
  ]);
});

test('Calico’s kinds lie where Calico looks for them, and have a status where it writes one', () => {
  interface Definition {
    readonly spec: {
      readonly scope: string;
      readonly names: { readonly kind: string; readonly plural: string };
      readonly versions: readonly {
        readonly served: boolean;
        readonly storage: boolean;
        readonly subresources?: unknown;
      }[];
    };
  }
  const [, calico] = manifests.find(([name]) => name === 'calico over VXLAN') ?? [];
  if (!calico) throw new Error('There is no manifest of calico');
  const definitions = objectsOf(calico).filter(
    ({ kind }) => kind === 'CustomResourceDefinition',
  ) as unknown as Definition[];
  const kindsThat = (shown: (definition: Definition) => boolean) =>
    definitions
      .filter(shown)
      .map(({ spec }) => spec.names.kind)
      .sort();
  // Source: the definitions that Calico v3.32 ships.
  expect(kindsThat(({ spec }) => spec.scope === 'Namespaced')).toEqual([
    'NetworkPolicy',
    'NetworkSet',
    'StagedKubernetesNetworkPolicy',
    'StagedNetworkPolicy',
  ]);
  expect(kindsThat(({ spec }) => spec.versions[0]?.subresources !== undefined)).toEqual([
    'KubeControllersConfiguration',
  ]);
  expect(
    definitions.every(
      ({ spec }) => spec.versions.length === 1 && spec.versions[0]?.served && spec.versions[0]?.storage,
    ),
  ).toBe(true);
});
