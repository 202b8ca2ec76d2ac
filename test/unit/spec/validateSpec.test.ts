import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aSpec, eventSpecs, someFacts } from './aSpec.ts';
import { testRefusals } from './refusals.ts';

const workers = { name: 'workers', instanceTypes: ['m7g.large'], min: 3, max: 6 };

describe('a spec that asks for nothing impossible', () => {
  test('has no problems, nor have the samples', () => {
    for (const spec of [aSpec(), ...eventSpecs()]) expect(validateSpec(spec, someFacts())).toEqual([]);
  });

  test('may have 5,000 nodes in a /16 with a /11 for their pods', () => {
    const spec = aSpec({ 'spec.nodeGroups.0.max': 5000 });
    expect(validateSpec(spec, someFacts())).toEqual([]);
  });
});

testRefusals({
  'pods that overlap the VPC': {
    changes: { 'spec.network.podCIDR': '10.0.0.0/11' },
    path: 'spec.network.podCIDR',
    remedy: /Move the pods/,
  },
  'Services that overlap the pods': {
    changes: { 'spec.network.serviceCIDR': '100.96.0.0/16' },
    path: 'spec.network.serviceCIDR',
    remedy: /Move the Services/,
  },
  'calico without encapsulation': {
    changes: { 'spec.network.plugin': 'calico', 'spec.network.calico.mode': 'bgp-cross-subnet' },
    path: 'spec.network.calico.mode',
    remedy: /Use vxlan/,
  },
  'a volume driver that would never learn its zones': {
    changes: { 'spec.addons': ['coredns', 'aws-ebs-csi-driver'] },
    path: 'spec.addons',
    remedy: /Add aws-cloud-controller-manager/,
  },
  'link-local pods': {
    changes: { 'spec.network.podCIDR': '169.254.0.0/16' },
    path: 'spec.network.podCIDR',
    remedy: /private range/,
  },
  'a VPC wider than AWS makes': {
    changes: { 'spec.network.vpc.cidr': '10.0.0.0/15' },
    path: 'spec.network.vpc.cidr',
    remedy: /\/16/,
  },
  'a VPC too narrow for the subnets': {
    changes: { 'spec.network.vpc.cidr': '10.0.0.0/22' },
    path: 'spec.network.vpc.cidr',
    remedy: /\/21/,
  },
  'a VPC too narrow for the groups': {
    changes: { 'spec.network.vpc.cidr': '10.0.0.0/20', 'spec.nodeGroups.0.max': 2000 },
    path: 'spec.network.vpc.cidr',
    remedy: /wider/,
  },
  'more nodes than the pod range has room for': {
    changes: { 'spec.network.podCIDR': '10.200.0.0/16', 'spec.nodeGroups.0.max': 254 },
    path: 'spec.network.podCIDR',
    remedy: /\/15 or wider/,
  },
  'more nodes than Kubernetes can': {
    changes: {
      'spec.nodeGroups': [
        { ...workers, max: 5000 },
        { ...workers, name: 'more', max: 1 },
      ],
    },
    path: 'spec.nodeGroups',
    remedy: /several clusters/,
  },
  'a zone that the region lacks': {
    changes: { 'spec.zones': ['us-east-1a', 'us-east-1x'] },
    path: 'spec.zones[1]',
    remedy: /Choose/,
  },
  'a zone named twice': { changes: { 'spec.zones': ['us-east-1a', 'us-east-1a'] }, path: 'spec.zones', remedy: /once/ },
  'the region of another deployment': {
    changes: { 'spec.region': 'eu-west-1' },
    path: 'spec.region',
    remedy: /sls deploy --stage dev --region eu-west-1/,
  },
  'a version that is not offered': {
    changes: { 'spec.kubernetesVersion': '1.37.0' },
    path: 'spec.kubernetesVersion',
    remedy: /1\.36\.3/,
  },
  'masters unlike members while stacked': {
    changes: { 'spec.controlPlane.count': 5 },
    path: 'spec.controlPlane.count',
    remedy: /dedicated/,
  },
  'a type for members that have no machines': {
    changes: { 'spec.etcd.instanceType': 'm7g.large' },
    path: 'spec.etcd.instanceType',
    remedy: /controlPlane/,
  },
  'masters of a type that a zone lacks': {
    changes: { 'spec.controlPlane.instanceType': 'm7g.large' },
    facts: { instanceTypeZones: { 'm7g.large': ['us-east-1a', 'us-east-1b'] } },
    path: 'spec.controlPlane.instanceType',
    remedy: /us-east-1c/,
  },
  'masters too small': {
    changes: { 'spec.controlPlane.instanceType': 't4g.micro' },
    path: 'spec.controlPlane.instanceType',
    remedy: /medium/,
  },
  'more operations than the volume can': {
    changes: { 'spec.etcd.volume': { sizeGiB: 20, iops: 20_000 } },
    path: 'spec.etcd.volume.iops',
    remedy: /500/,
  },
  'a throughput for io2': {
    changes: { 'spec.etcd.volume': { type: 'io2', sizeGiB: 100, throughputMiBps: 500 } },
    path: 'spec.etcd.volume.throughputMiBps',
    remedy: /Remove/,
  },
  'groups of one name': {
    changes: { 'spec.nodeGroups': [workers, workers] },
    path: 'spec.nodeGroups',
    remedy: /Rename/,
  },
  'a min above max': { changes: { 'spec.nodeGroups.0.min': 9 }, path: 'spec.nodeGroups[0].min', remedy: /Order/ },
  'a desired size out of bounds': {
    changes: { 'spec.nodeGroups.0.desired': 7 },
    path: 'spec.nodeGroups[0].desired',
    remedy: /Order/,
  },
  'two architectures in a group': {
    changes: { 'spec.nodeGroups.0.instanceTypes': ['m7g.large', 'm7i.large'] },
    path: 'spec.nodeGroups[0].instanceTypes',
    remedy: /second group/,
  },
  'a type that nobody knows': {
    changes: { 'spec.nodeGroups.0.instanceTypes': ['m7g.huge'] },
    path: 'spec.nodeGroups[0].instanceTypes',
    remedy: /correct the name/,
  },
  'a zone of the group that is none of the cluster': {
    changes: { 'spec.nodeGroups.0.zones': ['us-east-1f'] },
    path: 'spec.nodeGroups[0].zones[0]',
    remedy: /spec\.zones/,
  },
  "a label of Kubernetes' own": {
    changes: { 'spec.nodeGroups.0.labels': { 'cluster-autoscaler.kubernetes.io/safe': 'x' } },
    path: 'spec.nodeGroups[0].labels.cluster-autoscaler.kubernetes.io/safe',
    remedy: /domain of yours/,
  },
  'a role that kubelets may not claim': {
    changes: { 'spec.nodeGroups.0.labels': { 'node-role.kubernetes.io/worker': '' } },
    path: 'spec.nodeGroups[0].labels.node-role.kubernetes.io/worker',
    remedy: /node\.kubernetes\.io\/role/,
  },
  'a label that follows the machine': {
    changes: { 'spec.nodeGroups.0.labels': { 'topology.kubernetes.io/zone': 'us-east-1a' } },
    path: 'spec.nodeGroups[0].labels.topology.kubernetes.io/zone',
    remedy: /its own value/,
  },
  'two taints of one key and effect': {
    changes: {
      'spec.nodeGroups.0.taints': [
        { key: 'dedicated', value: 'a', effect: 'NoSchedule' },
        { key: 'dedicated', value: 'b', effect: 'NoSchedule' },
      ],
    },
    path: 'spec.nodeGroups[0].taints',
    remedy: /registers no node/,
  },
  'the taint that kubelet sets itself': {
    changes: {
      'spec.nodeGroups.0.taints': [{ key: 'node.cloudprovider.kubernetes.io/uninitialized', effect: 'NoSchedule' }],
    },
    path: 'spec.nodeGroups[0].taints[0].key',
    remedy: /themselves/,
  },
  'a tag that is ours to IAM, in another case': {
    changes: { 'metadata.tags': { Environment: 'staging' } },
    path: 'metadata.tags.Environment',
    remedy: /metadata\.environment/,
  },
  'a name tag in another case': {
    changes: { 'metadata.tags': { name: 'alpha' } },
    path: 'metadata.tags.name',
    remedy: /Rename/,
  },
  'two tags that are one to IAM': {
    changes: { 'metadata.tags': { Owner: 'a', owner: 'b' } },
    path: 'metadata.tags.owner',
    remedy: /Keep Owner or owner/,
  },
  'the tag of old cloud controllers': {
    changes: { 'metadata.tags': { kubernetescluster: 'x' } },
    path: 'metadata.tags.kubernetescluster',
    remedy: /Rename/,
  },
  'calico settings without calico': {
    changes: { 'spec.network.calico.mode': 'bgp-cross-subnet' },
    path: 'spec.network.calico',
    remedy: /plugin to calico/,
  },
  'an endpoint named twice': {
    changes: { 'spec.network.endpoints.interface': ['ssm', 'ssm'] },
    path: 'spec.network.endpoints.interface',
    remedy: /once/,
  },
  'a day named twice': {
    changes: { 'spec.maintenanceWindow': { days: ['MON', 'MON'], start: '02:00' } },
    path: 'spec.maintenanceWindow.days',
    remedy: /once/,
  },
  'a tag of ours': {
    changes: { 'metadata.tags': { 'kubestep/cluster': 'other-12345' } },
    path: 'metadata.tags.kubestep/cluster',
    remedy: /Rename/,
  },
  "a tag of AWS'": { changes: { 'metadata.tags': { 'AWS:x': '1' } }, path: 'metadata.tags.AWS:x', remedy: /Rename/ },
  'a tag that makes others adopt it': {
    changes: { 'metadata.tags': { 'kubernetes.io/cluster/other': 'owned' } },
    path: 'metadata.tags.kubernetes.io/cluster/other',
    remedy: /Rename/,
  },
  'a public API for nobody in particular': {
    changes: { 'spec.api.access': 'public' },
    path: 'spec.api.allowedCIDRs',
    remedy: /0\.0\.0\.0\/0/,
  },
  'an argument that the spec has a field for': {
    changes: { 'spec.components.kube-controller-manager.extraArguments': { 'cluster-cidr': '10.0.0.0/8' } },
    path: 'spec.components.kube-controller-manager.extraArguments.cluster-cidr',
    remedy: /spec\.network\.podCIDR/,
  },
  'an argument that opens the API': {
    changes: { 'spec.components.kube-apiserver.extraArguments': { 'anonymous-auth': 'true' } },
    path: 'spec.components.kube-apiserver.extraArguments.anonymous-auth',
    remedy: /admits whom/,
  },
  'an argument that no list has': {
    changes: { 'spec.components.etcd.extraArguments': { 'unsafe-no-fsync': 'true' } },
    path: 'spec.components.etcd.extraArguments.unsafe-no-fsync',
    remedy: /Remove/,
  },
  'an argument named like what every object has': {
    changes: { 'spec.components.etcd.extraArguments': { constructor: '1' } },
    path: 'spec.components.etcd.extraArguments.constructor',
    remedy: /Remove/,
  },
  'a value that hides a second flag': {
    changes: { 'spec.components.kube-apiserver.extraArguments': { 'event-ttl': '1h --anonymous-auth=true' } },
    path: 'spec.components.kube-apiserver.extraArguments.event-ttl',
    remedy: /duration/,
  },
  'more routes than a table may hold': {
    changes: { 'spec.network.plugin': 'routed', 'spec.nodeGroups.0.max': 495 },
    path: 'spec.network.plugin',
    remedy: /L-93826ACB.*--desired-value 501.*flannel/,
  },
  'more routes than are left': {
    changes: { 'spec.network.plugin': 'routed' },
    facts: { usage: { 'L-93826ACB': 495 } },
    path: 'spec.network.plugin',
    remedy: /--desired-value 507/,
  },
  'more processors than the quota has': {
    changes: {},
    facts: { quotas: { 'L-1216C47A': 5 } },
    path: 'spec.nodeGroups',
    remedy: /--desired-value 12/,
  },
  'more addresses than are left': {
    changes: {},
    facts: { usage: { 'L-0263D0A3': 3 } },
    path: 'spec.network.natGateways',
    remedy: /single/,
  },
  'a VPC too many': {
    changes: {},
    facts: { usage: { 'L-F678F1CE': 5 } },
    path: 'spec.network.vpc',
    remedy: /L-F678F1CE/,
  },
  'a load balancer too many': {
    changes: {},
    facts: { usage: { 'L-69A177A2': 50 } },
    path: 'spec.api',
    remedy: /L-69A177A2/,
  },
});

test.each([
  ['a version that is not offered', { 'spec.kubernetesVersion': '1.36.99' }, 'spec.kubernetesVersion'],
  ['a min above max', { 'spec.nodeGroups.0.min': 9 }, 'spec.nodeGroups[0].min'],
  ['pods inside the VPC', { 'spec.network.podCIDR': '10.0.0.0/11' }, 'spec.network.podCIDR'],
  ['a zone of another region', { 'spec.zones': ['us-east-2a'] }, 'spec.zones[0]'],
])('%s: refused without an account', (_, changes, path) => {
  expect(validateSpec(aSpec(changes), undefined).map((problem) => problem.path)).toEqual([path]);
});

test('labels that kubelets may set and any taint are taken', () => {
  const spec = aSpec({
    'spec.nodeGroups.0.labels': { 'node.kubernetes.io/lifecycle': 'spot', 'kubelet.kubernetes.io/x': 'y', team: 'a' },
    'spec.nodeGroups.0.taints': [
      { key: 'node-role.kubernetes.io/ingress', effect: 'NoSchedule' },
      { key: 'node-role.kubernetes.io/ingress', effect: 'NoExecute' },
      { key: 'hub.jupyter.org_dedicated', value: 'user', effect: 'NoSchedule' },
    ],
  });
  expect(validateSpec(spec, someFacts())).toEqual([]);
});

test('a quota that is just enough is enough', () => {
  const spec = aSpec({ 'spec.network.plugin': 'routed', 'spec.nodeGroups.0.max': 494 });
  expect(validateSpec(spec, someFacts())).toEqual([]);
});

test('what was not looked up is not judged', () => {
  expect(validateSpec(aSpec(), someFacts({ quotas: {} }))).toEqual([]);
});

test('Spot machines count to their own quota', () => {
  const spec = aSpec({ 'spec.nodeGroups.0': { ...workers, spot: { percentAboveBase: 50, onDemandBase: 1 } } });
  // 3 masters and 2 of 3 workers On-Demand, at two processors each.
  expect(validateSpec(spec, someFacts({ quotas: { 'L-1216C47A': 10, 'L-34B43A08': 2 } }))).toEqual([]);
  expect(validateSpec(spec, someFacts({ quotas: { 'L-1216C47A': 9, 'L-34B43A08': 1 } }))).toHaveLength(2);
});
