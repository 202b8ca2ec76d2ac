import { type Applied, containersOf, manifests, objectsOf, podOf, templateOf, workloads } from './manifests.ts';

/** Roles that every API server has from its start. */
const ofKubernetes = ['system:auth-delegator', 'extension-apiserver-authentication-reader'];

/** Who is trusted with all of its node, and why is said beside it. */
const privileged = ['calico-node/calico-node', 'ebs-csi-node/ebs-plugin'];

/** Who lives on its node's network: the pod network itself, and who needs the credentials of masters. */
const onHostNetwork = ['flannel', 'calico-node', 'calico-typha', 'aws-cloud-controller-manager', 'ebs-csi-controller'];

const includes = (labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>) =>
  Object.entries(wanted).every(([key, value]) => labels[key] === value);

describe.each(manifests)('the manifest of %s', (_, manifest) => {
  const objects = objectsOf(manifest);
  const has = (kind: string, name: string) =>
    objects.some((object) => object.kind === kind && object.metadata.name === name);

  test('names every object once', () => {
    const names = objects.map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name].join(' '));
    expect(names.filter((name) => !/^\S+ [A-Z]\w+ [a-z0-9.:-]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('waits only for what it contains', () => {
    const kinds: Record<string, string> = { daemonset: 'DaemonSet', deployment: 'Deployment' };
    for (const rollout of manifest.rollouts) {
      const [kind = '', name = ''] = rollout.split('/');
      expect([rollout, has(kinds[kind] ?? '', name)]).toEqual([rollout, true]);
    }
  });

  test('puts what belongs to a namespace into kube-system, which pod security exempts', () => {
    const kinds = ['ServiceAccount', 'ConfigMap', 'Service', 'Deployment', 'DaemonSet', 'PodDisruptionBudget', 'Role'];
    const strays = objects.filter(({ kind, metadata }) => kinds.includes(kind) && metadata.namespace !== 'kube-system');
    expect(strays).toEqual([]);
  });

  test('gives each pod an account of its own making, never the default one', () => {
    for (const object of workloads(objects)) {
      expect([object.metadata.name, has('ServiceAccount', podOf(object).serviceAccountName)]).toEqual([
        object.metadata.name,
        true,
      ]);
    }
  });

  test('binds only accounts and roles that are there', () => {
    const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    for (const { roleRef, subjects } of bindings) {
      expect([roleRef, has(roleRef.kind, roleRef.name) || ofKubernetes.includes(roleRef.name)]).toEqual([
        roleRef,
        true,
      ]);
      for (const subject of subjects) expect([subject, has(subject.kind, subject.name)]).toEqual([subject, true]);
    }
  });

  test('lets nobody read secrets, do everything, or become somebody else', () => {
    const rules = objects.filter(({ kind }) => kind.endsWith('Role')).flatMap(({ rules }) => rules);
    const words = new Set(rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]));
    for (const word of ['*', 'secrets', 'escalate', 'bind', 'impersonate']) expect([...words]).not.toContain(word);
  });

  test('lets what runs on every node write to its own Node object alone, and to no more of it than its status', () => {
    const policed = objects
      .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
      .flatMap(({ spec }) => spec.matchConditions.map(({ expression }) => /:([a-z-]+)'$/.exec(expression)?.[1]));
    const everywhere = workloads(objects).filter((object) => object.kind === 'DaemonSet' && !podOf(object).affinity);
    for (const object of everywhere) {
      const account = podOf(object).serviceAccountName;
      const writes = rulesOf(account)
        .filter(({ verbs }) => verbs.some((verb) => !['get', 'list', 'watch'].includes(verb)))
        .flatMap(({ resources }) => resources)
        .filter((resource) => resource.startsWith('nodes'));
      expect([account, writes.filter((resource) => resource !== 'nodes/status')]).toEqual([account, []]);
      expect([account, policed.includes(account)]).toEqual([account, writes.length > 0]);
    }
  });

  const rulesOf = (account: string) => {
    const bound = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
    const roles = bound.filter(({ subjects }) => subjects.some(({ name }) => name === account));
    const names = roles.map(({ roleRef }) => roleRef.name);
    return objects
      .filter(({ kind, metadata }) => kind.endsWith('Role') && names.includes(metadata.name))
      .flatMap(({ rules }) => rules);
  };

  test('selects the pods that it means', () => {
    const templates = workloads(objects).map((object) => templateOf(object).metadata.labels);
    for (const object of workloads(objects)) {
      expect(includes(templateOf(object).metadata.labels, object.spec.selector.matchLabels)).toBe(true);
    }
    for (const { kind, spec } of objects.filter(({ kind }) => ['Service', 'PodDisruptionBudget'].includes(kind))) {
      const selector = kind === 'Service' ? spec.selector : spec.selector.matchLabels;
      expect(templates.filter((labels) => includes(labels, selector))).toHaveLength(1);
    }
  });

  test('lets drains take one pod of a workload at a time', () => {
    for (const { metadata, spec } of objects.filter(({ kind }) => kind === 'PodDisruptionBudget'))
      expect([metadata.name, spec.maxUnavailable, spec.minAvailable]).toEqual([metadata.name, 1, undefined]);
  });

  test('leads Services to ports that their pods have', () => {
    const ports = new Set(
      workloads(objects)
        .flatMap(containersOf)
        .flatMap(({ ports = [] }) => ports.map(({ name }) => name)),
    );
    const named = objects.filter(({ kind }) => kind === 'Service').flatMap(({ spec }) => spec.ports);
    for (const port of named) expect([port.name, ports.has(port.targetPort ?? port.name)]).toEqual([port.name, true]);
  });

  test('mounts only volumes and settings that are there', () => {
    for (const object of workloads(objects)) {
      const volumes = podOf(object).volumes ?? [];
      const names = volumes.map(({ name }) => name);
      for (const { volumeMounts = [], env = [] } of containersOf(object)) {
        expect(volumeMounts.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
        const keys = env.flatMap(({ valueFrom }) => valueFrom?.configMapKeyRef ?? []);
        for (const { name, key } of keys) expect(settingsOf(objects, name)).toContain(key);
      }
      for (const { configMap } of volumes) {
        if (configMap === undefined) continue;
        const keys = (configMap.items ?? []).map(({ key }) => key);
        expect(settingsOf(objects, configMap.name)).toEqual(expect.arrayContaining(keys));
      }
    }
  });

  test('pins every image to one version', () => {
    const images = workloads(objects)
      .flatMap(containersOf)
      .map(({ image }) => image);
    expect(images.filter((image) => !/^[a-z0-9.]+\/[a-z0-9/-]+:v\d+\.\d+\.\d+[a-z0-9.-]*$/.test(image))).toEqual([]);
  });

  test('trusts nobody with a node without need', () => {
    for (const object of workloads(objects)) {
      const { name } = object.metadata;
      if (podOf(object).hostNetwork) expect(onHostNetwork).toContain(name);
      for (const container of containersOf(object)) {
        if (container.securityContext?.privileged) expect(privileged).toContain(`${name}/${container.name}`);
      }
    }
  });
});

function settingsOf(objects: readonly Applied[], name: string): readonly string[] {
  const found = objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name);
  return Object.keys(found?.data ?? {});
}
