import { images } from '../releases/images.ts';
import type { BundleFile, BundleHead, BundleInput } from './bundle.ts';
import { forRoot, readable } from './bundleFile.ts';
import { fileOfComponent, programsOf, unitFile } from './components.ts';
import { cloudProviderFlag, kubeconfigFor } from './controlPlaneFiles.ts';
import { cipherSuites } from './files/cipherSuites.ts';
import containerdService from './files/containerd.service';
import containerdConfiguration from './files/containerd.toml';
import credentialProviders from './files/credential-providers.yaml';
import kubeProxyService from './files/kube-proxy.service';
import kubeProxyConfiguration from './files/kube-proxy.yaml';
import kubeletService from './files/kubelet.service';
import kubeletConfiguration from './files/kubelet.yaml';
import podMasquerade from './files/pod-masquerade.nft';
import podNetwork from './files/pod-network.conflist';
import { authorityFile, type MachineProfile } from './machineProfile.ts';
import { fill, flagLines, yaml } from './template.ts';

/** What keeps pods of users off the masters. */
const controlPlaneTaint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

const credentialProviderFile = fileOfComponent('kubelet', 'credential-providers.yaml');

/** kubelet, container runtime and service proxy: units and what they read. */
export function nodeFiles(
  { blueprint, authorities }: BundleInput,
  profile: MachineProfile,
  { cluster, assets }: BundleHead,
): readonly BundleFile[] {
  const { kubernetes } = blueprint;
  const pullsFromEcr = assets.some(({ name }) => name === 'ecr-credential-provider');
  return [
    forRoot(unitFile('containerd'), containerdService),
    forRoot(unitFile('kubelet'), kubeletUnit(blueprint.kubernetes, profile, pullsFromEcr)),
    forRoot(
      unitFile('kube-proxy'),
      fill(kubeProxyService, { EXTRA_ARGUMENTS: flagLines(kubernetes.extraArguments['kube-proxy']) }),
    ),
    readable(fileOfComponent('containerd', 'config.toml'), fill(containerdConfiguration, { SANDBOX: images.pause })),
    forRoot(fileOfComponent('kubelet', 'kubelet.yaml'), kubeletSettings(kubernetes, profile)),
    forRoot(
      fileOfComponent('kube-proxy', 'kube-proxy.yaml'),
      fill(kubeProxyConfiguration, { POD_CIDR: kubernetes.podCIDR }),
    ),
    forRoot('/etc/kubernetes/kubelet.kubeconfig', kubeconfigFor('kubelet-client', cluster.apiServer)),
    forRoot('/etc/kubernetes/kube-proxy.kubeconfig', kubeconfigFor('kube-proxy', cluster.apiServer)),
    readable(authorityFile('kubernetes'), authorities.kubernetes),
    ...(pullsFromEcr ? [readable(credentialProviderFile, credentialProviders)] : []),
    ...(kubernetes.plugin === 'routed' ? routedPodFiles(kubernetes) : []),
  ];
}

/**
 * Other pod networks bring their own configuration; routed pods have nothing in the cluster that would. The node script fills
 * POD_RANGE, which the Node API gives, and LINK_MTU, and puts the first file where containerd looks.
 */
const routedPodFiles = ({ podCIDR }: Kubernetes): readonly BundleFile[] => [
  readable('/etc/kubestep/pod-network.conflist', podNetwork),
  readable('/etc/kubestep/pod-masquerade.nft', fill(podMasquerade, { POD_CIDR: podCIDR })),
];

type Kubernetes = BundleInput['blueprint']['kubernetes'];

function kubeletUnit(kubernetes: Kubernetes, { group }: MachineProfile, pullsFromEcr: boolean): string {
  const labels = Object.entries({ ...group?.labels, ...(group ? { 'kubestep/group': group.name } : {}) })
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
  const credentialFlags = {
    'image-credential-provider-bin-dir': programsOf('kubelet'),
    'image-credential-provider-config': credentialProviderFile,
  };
  return fill(kubeletService, {
    NODE_LABELS: flagLines(labels === '' ? {} : { 'node-labels': labels }),
    CLOUD_PROVIDER: cloudProviderFlag(kubernetes),
    CREDENTIAL_PROVIDER: flagLines(pullsFromEcr ? credentialFlags : {}),
    EXTRA_ARGUMENTS: flagLines(kubernetes.extraArguments.kubelet),
  });
}

function kubeletSettings(kubernetes: Kubernetes, { group }: MachineProfile): string {
  return fill(kubeletConfiguration, {
    DNS_ADDRESS: kubernetes.dnsAddress,
    CLUSTER_DOMAIN: kubernetes.clusterDomain,
    CIPHER_SUITES: yaml(cipherSuites),
    TAINTS: yaml(group ? group.taints : [controlPlaneTaint]),
  });
}
