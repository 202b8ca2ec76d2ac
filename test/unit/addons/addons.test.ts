import { addonsManifest } from '../../../shared/addons/addons.ts';
import { type Applied, aBlueprint, containersOf, environmentOf, named, objectsOf, podOf } from './manifests.ts';

const blueprint = aBlueprint();
const objects = objectsOf(addonsManifest(blueprint));
const argumentsOf = (object: Applied): readonly string[] => containersOf(object).flatMap(({ args = [] }) => args);

test('DNS answers at the address that kubelets hand to pods', () => {
  const other = aBlueprint({ 'spec.network.serviceCIDR': '10.96.0.0/16' });
  const service = named(objectsOf(addonsManifest(other)), 'Service', 'kube-dns');
  expect(service.spec.clusterIP).toBe(other.kubernetes.dnsAddress);
  expect(service.spec.clusterIP).toBe('10.96.0.10');
});

test('volumes of claims carry the operator’s tags, given to the driver as key=value', () => {
  const tagged = aBlueprint({ 'metadata.tags': { 'cost-center': '4711', owner: 'a = b' } });
  const controller = named(objectsOf(addonsManifest(tagged)), 'Deployment', 'ebs-csi-controller');
  const given = argumentsOf(controller).filter((argument) => argument.startsWith('--extra-tags='));
  expect(given).toHaveLength(1);
  const pairs = given[0]?.slice('--extra-tags='.length).split(',');
  expect(pairs).toEqual(expect.arrayContaining(['cost-center=4711', 'owner=a = b', 'environment=production']));
});

test('DNS is there without being asked for; the other addons are not', () => {
  const { rollouts } = addonsManifest(aBlueprint({ 'spec.addons': ['metrics-server'] }));
  expect(rollouts).toEqual(['deployment/coredns', 'deployment/metrics-server']);
});

test('the cloud controller manager comes first: until it has seen a node, nothing else runs there', () => {
  const first = objects.findIndex(({ kind }) => ['Deployment', 'DaemonSet'].includes(kind));
  expect(objects[first]?.metadata.name).toBe('aws-cloud-controller-manager');
  expect(addonsManifest(blueprint).rollouts[0]).toBe('daemonset/aws-cloud-controller-manager');
});

test.each([
  ['1.35.7', 'v1.35.2'],
  ['1.36.3', 'v1.36.1'],
])('beside Kubernetes %s the cloud controller manager is %s', (kubernetesVersion, version) => {
  const manifest = addonsManifest(aBlueprint({ 'spec.kubernetesVersion': kubernetesVersion }));
  const [container] = containersOf(named(objectsOf(manifest), 'DaemonSet', 'aws-cloud-controller-manager'));
  expect(container?.image.split(':')[1]).toBe(version);
});

test('the cloud controller manager asks the API server of its own master, and leaves routes alone', () => {
  const object = named(objects, 'DaemonSet', 'aws-cloud-controller-manager');
  const [container] = containersOf(object);
  if (container === undefined) throw new Error('it has no container');
  expect(environmentOf(container)).toEqual({
    AWS_REGION: 'us-east-1',
    KUBERNETES_SERVICE_HOST: '127.0.0.1',
    KUBERNETES_SERVICE_PORT: '6443',
  });
  expect(argumentsOf(object)).toEqual(
    expect.arrayContaining(['--configure-cloud-routes=false', '--cluster-name=demo-x7k2p']),
  );
});

test('only masters run what needs the rights of masters', () => {
  const terms = [
    named(objects, 'DaemonSet', 'aws-cloud-controller-manager'),
    named(objects, 'Deployment', 'ebs-csi-controller'),
  ].map(
    (object) => podOf(object).affinity?.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms,
  );
  for (const term of terms) {
    expect(term).toEqual([
      { matchExpressions: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists' }] },
    ]);
  }
});

test('volumes carry the tag that permissions and deletion look for, and are encrypted under the cluster’s key', () => {
  expect(argumentsOf(named(objects, 'Deployment', 'ebs-csi-controller'))).toContain('--k8s-tag-cluster-id=demo-x7k2p');
  const { parameters, metadata } = named(objects, 'StorageClass', 'gp3');
  expect(parameters).toEqual({
    type: 'gp3',
    encrypted: 'true',
    kmsKeyId: 'alias/kubestep/kubestep-dev-us-east-1/demo-x7k2p/volumes',
  });
  expect(blueprint.keys.map(({ alias }) => alias)).toContain(parameters.kmsKeyId);
  expect(metadata).toMatchObject({ annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } });
});

test('on nodes the volume driver asks Kubernetes what it must not ask the metadata service', () => {
  const node = named(objects, 'DaemonSet', 'ebs-csi-node');
  expect(argumentsOf(node)).toContain('--metadata-sources=kubernetes');
  expect(podOf(node).hostNetwork).toBeUndefined();
});

test.each([1, 3])('with %i masters no controller of volumes waits for a master to itself', (masters) => {
  const manifest = addonsManifest(aBlueprint({ 'spec.etcd.members': masters }));
  const { replicas, strategy } = named(objectsOf(manifest), 'Deployment', 'ebs-csi-controller').spec;
  expect(replicas).toBe(Math.min(2, masters));
  expect(strategy.rollingUpdate.maxSurge).toBe(0);
});

test('metrics-server checks the certificates of kubelets', () => {
  const found = argumentsOf(named(objects, 'Deployment', 'metrics-server'));
  expect(found.join(' ')).toContain('--kubelet-certificate-authority=');
  expect(found.join(' ')).not.toContain('insecure');
});

test.each([
  { workers: 3, replicas: 2 },
  { workers: 997, replicas: 63 },
])('DNS has $replicas replicas for $workers workers', ({ workers, replicas }) => {
  const manifest = addonsManifest(aBlueprint({ 'spec.nodeGroups.0.min': workers, 'spec.nodeGroups.0.max': 1000 }));
  expect(named(objectsOf(manifest), 'Deployment', 'coredns').spec.replicas).toBe(replicas);
});

test('the same cluster gives the same bytes', () => {
  expect(addonsManifest(aBlueprint()).text).toBe(addonsManifest(aBlueprint()).text);
});
