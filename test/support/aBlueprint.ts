import type {
  Blueprint,
  MachineBlueprint,
  NodeGroupBlueprint,
  SlotBlueprint,
} from '../../shared/blueprint/blueprint.ts';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const rootVolume = { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 } as const;

const aMachine: MachineBlueprint = {
  instanceTypes: ['m7g.large'],
  architecture: 'arm64',
  image: 'al2023',
  imageId: 'ami-0123456789abcdef0',
  rootVolume,
};

/** Three stacked masters and a group of workers, with only what machines receive; the rest is empty. */
export function aBlueprint(overrides: Partial<Blueprint> = {}): Blueprint {
  return {
    cluster: {
      id: 'demo-x7k2p',
      deploymentId: 'kubestep-dev-us-east-1',
      name: 'demo',
      environment: 'test',
      account: '123456789012',
      region: 'us-east-1',
      zones,
      tags: {},
    },
    vpc: { kind: 'created', key: 'main', cidr: '10.0.0.0/16' },
    subnets: [],
    internetGateway: { key: 'main' },
    natGateways: [],
    routeTables: [],
    endpoints: [],
    securityGroups: [],
    roles: (['master', 'etcd', 'worker'] as const).map((key) => ({
      key,
      name: `demo-x7k2p-us-east-1-${key}`,
      path: '/kubestep/kubestep-dev-us-east-1/',
      statements: [],
    })),
    keys: [],
    loadBalancer: {
      key: 'api',
      name: 'demo-x7k2p-api',
      scheme: 'internal',
      subnetKeys: [],
      securityGroupKey: 'loadBalancer',
      targetGroup: {
        name: 'demo-x7k2p-api',
        port: 6443,
        healthCheckPath: '/readyz',
        healthCheckIntervalSeconds: 10,
        healthyThreshold: 2,
      },
      listenerPort: 443,
    },
    slots: [0, 1, 2].map((index) =>
      aSlot({ key: `master-${index}`, address: `10.0.${index}.10`, zone: zones[index] ?? '' }),
    ),
    nodeGroups: [aNodeGroup()],
    assets: [
      anAsset('etcd', '3.6.14', 'tar.gz'),
      ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet', 'kube-proxy'].map(
        (name) => anAsset(name, '1.36.3', 'binary'),
      ),
      anAsset('containerd', '2.3.4', 'tar.gz'),
      anAsset('runc', '1.4.3', 'binary'),
      anAsset('cni-plugins', '1.9.1', 'tar.gz'),
      { ...anAsset('kubelet', '1.36.3', 'binary'), architecture: 'amd64' },
    ],
    kubernetes: {
      version: '1.36.3',
      etcdVersion: '3.6.14',
      podCIDR: '100.96.0.0/11',
      serviceCIDR: '100.64.0.0/16',
      serviceAddress: '100.64.0.1',
      dnsAddress: '100.64.0.10',
      clusterDomain: 'cluster.local',
      plugin: 'flannel',
      calicoMode: 'vxlan',
      nodeMaskSize: 24,
      additionalSANs: [],
      extraArguments: {
        'kube-apiserver': {},
        'kube-controller-manager': {},
        'kube-scheduler': {},
        kubelet: {},
        'kube-proxy': {},
        etcd: {},
      },
      podSecurity: 'baseline',
      secretsEncryption: true,
      auditPolicy: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n  - level: Metadata\n',
      oidc: undefined,
      addons: ['coredns', 'aws-cloud-controller-manager'],
    },
    ...overrides,
  };
}

/** A stacked master's place. */
export function aSlot(overrides: Partial<SlotBlueprint> = {}): SlotBlueprint {
  return {
    key: 'master-0',
    role: 'master',
    runs: { etcd: true, controlPlane: true },
    zone: 'us-east-1a',
    subnetKey: 'private-us-east-1a',
    address: '10.0.0.10',
    securityGroupKeys: ['masters', 'etcd'],
    volume: rootVolume,
    machine: aMachine,
    ...overrides,
  };
}

/** A group of workers. */
export function aNodeGroup(overrides: Partial<NodeGroupBlueprint> = {}): NodeGroupBlueprint {
  return {
    name: 'general',
    groupName: 'demo-x7k2p-general',
    machine: aMachine,
    subnetKeys: [],
    size: { min: 3, max: 3, desired: 3 },
    spot: { percentAboveBase: 0, onDemandBase: 0 },
    labels: {},
    taints: [],
    ...overrides,
  };
}

const anAsset = (name: string, version: string, form: 'binary' | 'tar.gz') => ({
  name,
  version,
  architecture: 'arm64' as const,
  sha256: Buffer.from(`${name} ${version}`).toString('hex').padEnd(64, '0').slice(0, 64),
  source: `https://example.com/${name}`,
  form,
});

/** An EBS volume for every slot, as CreateVolumes returns them. */
export const someVolumeIds = ({ slots }: Blueprint): Readonly<Record<string, string>> =>
  Object.fromEntries(slots.map(({ key }, index) => [key, `vol-0f3c2a1b4d5e6f7${String(index).padStart(2, '0')}`]));
