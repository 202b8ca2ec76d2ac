import { imageReference } from './imageReference.ts';

/** Of one release (Calico v3.32.2, August 2026: tested by its makers with Kubernetes 1.34 to 1.36). */
const calico = 'v3.32.2';

/**
 * Every image that clusters run, and nothing else names one. A line may end in `@sha256:…`: the digest of what its publisher
 * has for all platforms under the tag. With it nobody who can move the tag chooses what runs.
 */
export const images = {
  /** What containerd keeps pods open with. */
  pause: imageReference('registry.k8s.io/pause:3.10.2'),
  /** Paired with Kubernetes 1.36 to 1.38 (kubernetes/kubernetes build dependencies, August 2026). */
  coreDns: imageReference('registry.k8s.io/coredns/coredns:v1.14.7'),
  /** July 2026. */
  metricsServer: imageReference('registry.k8s.io/metrics-server/metrics-server:v0.9.0'),
  /** By the minor of Kubernetes (releases of cloud-provider-aws, August 2026). */
  cloudController: {
    '1.35': imageReference('registry.k8s.io/provider-aws/cloud-controller-manager:v1.35.2'),
    '1.36': imageReference('registry.k8s.io/provider-aws/cloud-controller-manager:v1.36.1'),
  },
  /** Released together (flannel v0.28.9, August 2026). */
  flannel: {
    daemon: imageReference('ghcr.io/flannel-io/flannel:v0.28.9'),
    plugin: imageReference('ghcr.io/flannel-io/flannel-cni-plugin:v1.9.1-flannel3'),
  },
  calico: {
    node: imageReference(`quay.io/calico/node:${calico}`),
    plugin: imageReference(`quay.io/calico/cni:${calico}`),
    controllers: imageReference(`quay.io/calico/kube-controllers:${calico}`),
    typha: imageReference(`quay.io/calico/typha:${calico}`),
  },
  /** Of one release (aws-ebs-csi-driver v1.64.0 and the sidecars of its chart 2.64.0, August 2026). */
  volumeDriver: {
    driver: imageReference('public.ecr.aws/ebs-csi-driver/aws-ebs-csi-driver:v1.64.0'),
    provisioner: imageReference('public.ecr.aws/csi-components/csi-provisioner:v6.3.0-eksbuild.4'),
    attacher: imageReference('public.ecr.aws/csi-components/csi-attacher:v4.12.0-eksbuild.5'),
    resizer: imageReference('public.ecr.aws/csi-components/csi-resizer:v2.2.1-eksbuild.3'),
    registrar: imageReference('public.ecr.aws/csi-components/csi-node-driver-registrar:v2.17.0-eksbuild.5'),
    livenessProbe: imageReference('public.ecr.aws/csi-components/livenessprobe:v2.19.0-eksbuild.5'),
  },
} as const;
