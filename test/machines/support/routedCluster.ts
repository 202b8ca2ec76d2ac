import { join } from 'node:path';
import { kubectlWith } from './kubectl.ts';
import { worldIn } from './world.ts';

/** A world of its own: two clusters never share one here. */
export const routedWorld = worldIn(process.env['TEST_ROUTED_WORLD'] ?? join('.kubestep', 'test-machines', 'routed'));
export const routedName = 'routed';
/** One master, and a worker in each of two zones. */
export const routedSpec = `
apiVersion: kubestep/v1
kind: Cluster
metadata: {name: ${routedName}, environment: development}
spec:
  region: us-east-1
  zones: [us-east-1a, us-east-1b]
  kubernetesVersion: "1.36.3"
  image: ubuntu2404
  network: {plugin: routed}
  etcd: {members: 1}
  controlPlane: {count: 1, instanceType: m7i.large}
  nodeGroups: [{name: workers, instanceTypes: [m7i.large], min: 2, max: 2}]
  addons: [coredns]
  deletionProtection: false
`;

export const routedKubectl = kubectlWith(join(routedWorld.folder, `${routedName}.kubeconfig`));
