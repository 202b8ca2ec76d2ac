/** Of one release (Calico v3.32.2, August 2026: tested by its makers with Kubernetes 1.34 to 1.36). */
const version = 'v3.32.2';

export const images = {
  node: `quay.io/calico/node:${version}`,
  plugin: `quay.io/calico/cni:${version}`,
  controllers: `quay.io/calico/kube-controllers:${version}`,
  typha: `quay.io/calico/typha:${version}`,
} as const;
