import { addressAt, cidrOf } from '../network/cidr.ts';
import type { PodNetwork } from '../network/podNetworks.ts';
import { releaseOf } from '../releases/releases.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { auditPolicyYaml } from './auditPolicy.ts';
import type { KubernetesBlueprint } from './blueprint.ts';

/** Each node's part of the pod range is a /24: 254 addresses for 110 pods, so that none is used again at once. */
export const NODE_MASK_SIZE = 24;

/** How pods reach each other. */
export const podNetworkOf = ({ spec: { network } }: ClusterSpec): PodNetwork => ({
  plugin: network.plugin,
  calicoMode: network.calico?.mode ?? 'vxlan',
});

/** Settings of the components. */
export function kubernetesBlueprint(document: ClusterSpec): KubernetesBlueprint {
  const { spec } = document;
  const { network, components } = spec;
  const services = cidrOf(network.serviceCIDR);
  const release = releaseOf(spec.kubernetesVersion);
  if (release === undefined) throw new RangeError(`Kubernetes ${spec.kubernetesVersion} is not offered`);
  return {
    version: spec.kubernetesVersion,
    etcdVersion: release.etcd,
    podCIDR: network.podCIDR,
    serviceCIDR: network.serviceCIDR,
    serviceAddress: addressAt(services, 1),
    dnsAddress: addressAt(services, 10),
    clusterDomain: 'cluster.local',
    ...podNetworkOf(document),
    nodeMaskSize: NODE_MASK_SIZE,
    additionalSANs: spec.api.additionalSANs,
    extraArguments: {
      'kube-apiserver': components['kube-apiserver'].extraArguments,
      'kube-controller-manager': components['kube-controller-manager'].extraArguments,
      'kube-scheduler': components['kube-scheduler'].extraArguments,
      kubelet: components.kubelet.extraArguments,
      'kube-proxy': components['kube-proxy'].extraArguments,
      etcd: components.etcd.extraArguments,
    },
    podSecurity: spec.podSecurity,
    secretsEncryption: spec.secretsEncryption,
    auditPolicy: auditPolicyYaml(document),
    oidc: spec.oidc,
    addons: spec.addons,
  };
}
