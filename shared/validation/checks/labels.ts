import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { NodeGroupSpec } from '../../spec/schema.ts';
import { problemAt, repeated } from './check.ts';

/**
 * Of Kubernetes' own labels a kubelet may set itself those below these two names (source: k8s.io/kubelet 1.36,
 * pkg/apis/well_known_labels.go; kubelet exits on others, and the admission plugin NodeRestriction refuses them).
 */
const namesForKubelets = /(^|\.)(kubelet|node)\.kubernetes\.io$/;

const kubernetesNames = /(^|\.)(kubernetes\.io|k8s\.io)$/;

/** Also allowed to kubelets, and set by kubelet and cloud controller from the machine itself: another value would mislead the scheduler. */
const setFromTheMachine = [
  'kubernetes.io/hostname',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/instance-type',
];

const domainOf = (key: string): string => (key.includes('/') ? (key.split('/')[0] ?? '') : '');

const isOurs = (key: string): boolean => /^kubestep(\..*)?$/.test(domainOf(key));

/** A group's labels are ones that its kubelets may set. */
export function labelProblems(path: Path, { labels }: NodeGroupSpec): readonly SpecProblem[] {
  return Object.keys(labels).flatMap((key) => {
    const at = [...path, 'labels', key];
    if (setFromTheMachine.includes(key))
      return [
        problemAt(
          at,
          key,
          'labels that Kubernetes does not set itself',
          'Remove it: each node gets it with its own value.',
        ),
      ];
    const isRefused = kubernetesNames.test(domainOf(key)) && !namesForKubelets.test(domainOf(key));
    if (!isRefused && !isOurs(key)) return [];
    return [
      problemAt(
        at,
        key,
        'keys outside kubestep/, kubernetes.io/ and k8s.io/, or those that kubelets may set: node.kubernetes.io/ and kubelet.kubernetes.io/',
        isRefused && domainOf(key) === 'node-role.kubernetes.io'
          ? 'Use node.kubernetes.io/role, or label the nodes with kubectl: kubelets may not claim a role themselves.'
          : 'Use a domain of yours, such as example.com/team.',
      ),
    ];
  });
}

/** Kubelet adds this one itself where a cloud controller is expected. */
const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';

/** Any taint may be set when a node registers, each pair of key and effect once (source: Kubernetes' validation of nodes). */
export function taintProblems(path: Path, { taints }: NodeGroupSpec): readonly SpecProblem[] {
  const pairs = taints.map(({ key, effect }) => `${key}:${effect}`);
  return [
    ...taints.flatMap(({ key }, index) =>
      isOurs(key) || key === UNINITIALIZED
        ? [
            problemAt(
              [...path, 'taints', index, 'key'],
              key,
              `keys other than kubestep/… and ${UNINITIALIZED}`,
              'Remove it: kubestep and the cloud controller set these themselves.',
            ),
          ]
        : [],
    ),
    ...repeated(pairs).map((pair) =>
      problemAt(
        [...path, 'taints'],
        pair,
        'each pair of key and effect once',
        `Keep one taint ${pair}: the API server registers no node that has two.`,
      ),
    ),
  ];
}
