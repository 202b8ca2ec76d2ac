import { overlayManifest } from '../../../shared/addons/overlay.ts';
import { aBlueprint, containersOf, environmentOf, named, objectsOf, podOf, settingOf, workloads } from './manifests.ts';

const calico = (changes: Parameters<typeof aBlueprint>[0] = {}) =>
  objectsOf(overlayManifest(aBlueprint({ 'spec.network.plugin': 'calico', ...changes })));

function calicoNode(changes: Parameters<typeof aBlueprint>[0] = {}) {
  const container = containersOf(named(calico(changes), 'DaemonSet', 'calico-node')).find(
    ({ name }) => name === 'calico-node',
  );
  if (container === undefined) throw new Error('calico-node runs no calico-node');
  return container;
}

test.each(['flannel', 'calico'])('%s comes to nodes whatever they are tainted with', (plugin) => {
  const objects = objectsOf(overlayManifest(aBlueprint({ 'spec.network.plugin': plugin })));
  expect(workloads(objects).length).toBeGreaterThan(0);
  for (const object of workloads(objects)) expect(podOf(object).tolerations).toEqual([{ operator: 'Exists' }]);
});

test('flannel hands out the range of the spec, over the port that the security groups open', () => {
  const blueprint = aBlueprint({ 'spec.network.podCIDR': '10.128.0.0/12' });
  const settings = settingOf(objectsOf(overlayManifest(blueprint)), 'flannel', 'net-conf.json');
  const port = blueprint.securityGroups
    .find(({ key }) => key === 'workers')
    ?.ingress.find(({ protocol }) => protocol === 'udp')?.fromPort;
  expect(JSON.parse(settings)).toMatchObject({
    Network: '10.128.0.0/12',
    // As kube-proxy: rules of two kinds of tables beside each other are hard to follow.
    EnableNFTables: true,
    Backend: { Type: 'vxlan', Port: port },
  });
});

test('with flannel, a pod reaches itself through its Service, and its node is its gateway', () => {
  const settings = settingOf(objectsOf(overlayManifest(aBlueprint())), 'flannel', 'cni-conf.json');
  const { plugins } = JSON.parse(settings) as { plugins: readonly object[] };
  expect(plugins).toContainEqual({ type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } });
});

test('calico wraps everything in VXLAN, and asks BIRD nothing', () => {
  expect(environmentOf(calicoNode())).toMatchObject({
    CLUSTER_TYPE: 'k8s',
    CALICO_NETWORKING_BACKEND: 'vxlan',
    CALICO_IPV4POOL_VXLAN: 'Always',
    CALICO_IPV4POOL_IPIP: 'Never',
    CALICO_IPV4POOL_CIDR: '100.96.0.0/11',
  });
  expect(JSON.stringify(calicoNode())).not.toContain('bird');
});

test('calico with BGP wraps only what leaves the subnet, and is ready when BIRD is', () => {
  const node = calicoNode({ 'spec.network.calico.mode': 'bgp-cross-subnet' });
  expect(environmentOf(node)).toMatchObject({
    CLUSTER_TYPE: 'k8s,bgp',
    CALICO_NETWORKING_BACKEND: 'bird',
    CALICO_IPV4POOL_VXLAN: 'Never',
    CALICO_IPV4POOL_IPIP: 'CrossSubnet',
  });
  expect(JSON.stringify(node)).toContain('-bird-ready');
});

test('calico defines every kind that its roles name', () => {
  const objects = calico();
  const defined = objects
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map(({ spec }) => spec.names.plural);
  const named = objects
    .filter(({ kind }) => kind === 'ClusterRole')
    .flatMap(({ rules }) => rules)
    .filter(({ apiGroups }) => apiGroups.includes('crd.projectcalico.org'))
    .flatMap(({ resources }) => resources.map((resource) => resource.replace(/\/.*/, '')));
  expect(named.filter((resource) => !defined.includes(resource))).toEqual([]);
});

test('definitions come before everything else, and nothing is an object of them', () => {
  const objects = calico();
  const last = objects.findLastIndex(({ kind }) => kind === 'CustomResourceDefinition');
  expect(objects.slice(0, last).every(({ kind }) => kind === 'CustomResourceDefinition')).toBe(true);
  expect(objects.some(({ apiVersion }) => apiVersion.includes('projectcalico.org'))).toBe(false);
});

test('the plugin is configured by JSON once the installer has filled it in', () => {
  const template = settingOf(calico(), 'calico', 'plugins.json');
  const filled = template.replaceAll('__CNI_MTU__', '1400').replaceAll(/__[A-Z_]+__/g, 'x');
  expect(JSON.parse(filled).plugins.map(({ type }: { type: string }) => type)).toEqual(['calico', 'portmap']);
});

test.each([
  { workers: 47, typha: false },
  { workers: 48, typha: true },
])('with up to $workers workers beside three masters, Typha reads for calico: $typha', ({ workers, typha }) => {
  const changes = { 'spec.nodeGroups.0.max': workers };
  expect(calico(changes).some(({ metadata }) => metadata.name === 'calico-typha')).toBe(typha);
  expect(environmentOf(calicoNode(changes))).toMatchObject(typha ? { FELIX_TYPHAK8SSERVICENAME: 'calico-typha' } : {});
  expect('FELIX_TYPHAK8SSERVICENAME' in environmentOf(calicoNode(changes))).toBe(typha);
});

test.each([
  { workers: 0, replicas: 3 },
  { workers: 60, replicas: 3 },
  { workers: 900, replicas: 7 },
])('Typha has $replicas replicas for $workers workers and three masters', ({ workers, replicas }) => {
  const changes = { 'spec.nodeGroups.0.min': workers, 'spec.nodeGroups.0.max': 1000 };
  expect(named(calico(changes), 'Deployment', 'calico-typha').spec.replicas).toBe(replicas);
});
