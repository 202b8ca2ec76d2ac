import {
  type Container,
  containersOf,
  environmentOf,
  manifests,
  objectsOf,
  settingOf,
  workloads,
} from './manifests.ts';

/** Each container of every manifest once, by workload and name. */
const containers = new Map<string, Container>(
  manifests.flatMap(([, manifest]) =>
    workloads(objectsOf(manifest)).flatMap((object) =>
      containersOf(object).map((container) => [`${object.metadata.name}/${container.name}`, container] as const),
    ),
  ),
);

const socket = '--csi-address=/csi/csi.sock';
const quick = ['--kube-api-qps=20', '--kube-api-burst=100'];

/** Settings of components whose own default would be wrong here (source: each one's documentation and manifest). */
const setByArguments: Readonly<Record<string, readonly string[]>> = {
  'aws-cloud-controller-manager/aws-cloud-controller-manager': [
    ...['--cloud-provider=aws', '--allocate-node-cidrs=false', '--configure-cloud-routes=false'],
    ...['--leader-elect=true', '--bind-address=127.0.0.1'],
  ],
  'coredns/coredns': ['-conf', '/etc/coredns/Corefile'],
  'ebs-csi-controller/ebs-plugin': ['controller', '--endpoint=unix:///csi/csi.sock', '--batching=true'],
  'ebs-csi-controller/csi-provisioner': [
    ...[socket, '--leader-election=true', '--feature-gates=Topology=true', '--extra-create-metadata'],
    ...['--default-fstype=ext4', '--timeout=60s', ...quick],
  ],
  'ebs-csi-controller/csi-attacher': [socket, '--leader-election=true', '--timeout=6m', ...quick],
  'ebs-csi-controller/csi-resizer': [
    ...[socket, '--leader-election=true', '--handle-volume-inuse-error=false', '--timeout=60s', ...quick],
  ],
  'ebs-csi-controller/liveness-probe': [socket],
  'ebs-csi-node/ebs-plugin': [
    ...['node', '--endpoint=unix:///csi/csi.sock', '--metadata-sources=kubernetes'],
    '--csi-mount-point-prefix=/var/lib/kubelet/plugins/kubernetes.io/csi/ebs.csi.aws.com/',
  ],
  'ebs-csi-node/node-driver-registrar': [
    ...[socket, '--kubelet-registration-path=/var/lib/kubelet/plugins/ebs.csi.aws.com/csi.sock'],
  ],
  'ebs-csi-node/liveness-probe': [socket],
  'metrics-server/metrics-server': [
    ...['--secure-port=10250', '--cert-dir=/tmp', '--metric-resolution=15s', '--kubelet-use-node-status-port'],
    '--kubelet-preferred-address-types=InternalIP',
  ],
};

test.each(Object.entries(setByArguments))('%s is set to %j', (name, expected) => {
  expect(containers.get(name)?.args).toEqual(expect.arrayContaining([...expected]));
});

const setByEnvironment: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'flannel/flannel': { EVENT_QUEUE_DEPTH: '5000' },
  'calico-node/install-plugin': {
    CNI_CONF_NAME: '10-calico.conflist',
    CNI_MTU: '0', // by the interface of the node
    SLEEP: 'false',
  },
  'calico-node/calico-node': {
    DATASTORE_TYPE: 'kubernetes',
    WAIT_FOR_DATASTORE: 'true',
    CALICO_DISABLE_FILE_LOGGING: 'true',
    IP: 'autodetect',
    IP_AUTODETECTION_METHOD: 'kubernetes-internal-ip',
    FELIX_DEFAULTENDPOINTTOHOSTACTION: 'ACCEPT',
    FELIX_HEALTHENABLED: 'true',
    FELIX_IPV6SUPPORT: 'false',
    FELIX_NFTABLESMODE: 'Enabled',
  },
  'calico-kube-controllers/calico-kube-controllers': { DATASTORE_TYPE: 'kubernetes', ENABLED_CONTROLLERS: 'node' },
  'calico-typha/typha': {
    TYPHA_DATASTORETYPE: 'kubernetes',
    TYPHA_CONNECTIONREBALANCINGMODE: 'kubernetes',
    TYPHA_HEALTHENABLED: 'true',
    TYPHA_LOGFILEPATH: 'none',
    TYPHA_LOGSEVERITYSCREEN: 'info',
    TYPHA_LOGSEVERITYSYS: 'none',
    TYPHA_SHUTDOWNTIMEOUTSECS: '300',
  },
};

test.each(Object.entries(setByEnvironment))('%s finds in its environment %j', (name, expected) => {
  const container = containers.get(name);
  expect(container && environmentOf(container)).toMatchObject(expected);
});

test('components know their node by the name that Kubernetes gave it', () => {
  const variables: Readonly<Record<string, string>> = {
    'calico-node/install-plugin': 'KUBERNETES_NODE_NAME',
    'calico-node/calico-node': 'NODENAME',
    'calico-typha/typha': 'TYPHA_NODENAME',
    'ebs-csi-controller/ebs-plugin': 'CSI_NODE_NAME',
    'ebs-csi-node/ebs-plugin': 'CSI_NODE_NAME',
  };
  for (const [name, variable] of Object.entries(variables)) {
    const found = containers.get(name)?.env?.find((each) => each.name === variable);
    expect([name, found]).toEqual([name, { name: variable, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }]);
  }
});

test('the plugins of calico’s pods reach the API, hand out its addresses and serve ports of the machine', () => {
  const [, calico] = manifests.find(([name]) => name === 'calico over VXLAN') ?? [];
  if (!calico) throw new Error('There is no manifest of calico');
  const text = settingOf(objectsOf(calico), 'calico', 'plugins.json').replace('__CNI_MTU__', '1400');
  expect(JSON.parse(text)).toEqual({
    name: 'k8s-pod-network',
    cniVersion: '0.3.1',
    plugins: [
      {
        type: 'calico',
        datastore_type: 'kubernetes',
        nodename: '__KUBERNETES_NODE_NAME__',
        mtu: 1400,
        ipam: { type: 'calico-ipam' },
        policy: { type: 'k8s' },
        kubernetes: { kubeconfig: '__KUBECONFIG_FILEPATH__' },
      },
      { type: 'portmap', snat: true, capabilities: { portMappings: true } },
    ],
  });
});
