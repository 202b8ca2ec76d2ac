import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kubectlWith } from '../support/kubectl.ts';
import { probesOf } from '../support/probes.ts';
import { kubestep, worldIn } from '../support/world.ts';
import { kernelImages } from './needs.ts';

/** A world of its own, whose control plane is real and whose worker gets a kernel of its own. */
export const kernelWorld = worldIn(process.env['TEST_KERNEL_WORLD'] ?? join(kernelImages, 'world'));
const name = 'kernel';

const spec = `
apiVersion: kubestep/v1
kind: Cluster
metadata: {name: ${name}, environment: development}
spec:
  region: us-east-1
  zones: [us-east-1a]
  kubernetesVersion: "1.36.3"
  image: ubuntu2404
  network: {plugin: flannel}
  etcd: {members: 1}
  controlPlane: {count: 1, instanceType: m7i.large}
  nodeGroups: [{name: workers, instanceTypes: [m7i.large], min: 1, max: 1}]
  addons: [coredns, aws-cloud-controller-manager]
  deletionProtection: false
`;

export const kernelKubectl = kubectlWith(join(kernelWorld.folder, `${name}.kubeconfig`));
export const kernelProbes = probesOf(kernelKubectl);

/** Creates the cluster as a user would; one that is there already is taken as it is. */
export async function ensureCluster(): Promise<void> {
  const file = `${kernelWorld.folder}.yaml`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, spec);
  await kubestep(kernelWorld, 'machines', 'up', '-f', file);
}
