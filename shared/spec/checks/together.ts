import type { SpecProblem } from '../problems.ts';
import type { ClusterSpec } from '../schema.ts';
import { type Check, problemAt } from './check.ts';

/** Choices that only work together, or not yet. */
export const checkTogether: Check = (document) => [...volumeDriverProblems(document), ...calicoProblems(document)];

/** The volume driver learns a node's zone from the labels that the cloud controller manager sets. */
function volumeDriverProblems({ spec: { addons } }: ClusterSpec): readonly SpecProblem[] {
  if (!addons.includes('aws-ebs-csi-driver') || addons.includes('aws-cloud-controller-manager')) return [];
  return [
    problemAt(
      ['addons'],
      addons,
      'aws-ebs-csi-driver together with aws-cloud-controller-manager',
      'Add aws-cloud-controller-manager, or leave the volume driver out.',
    ),
  ];
}

/** Without encapsulation pods' own addresses cross EC2's network, whose check of them nobody switches off for workers yet. */
function calicoProblems({ spec: { network } }: ClusterSpec): readonly SpecProblem[] {
  if (network.plugin !== 'calico' || network.calico.mode !== 'bgp-cross-subnet') return [];
  return [
    problemAt(
      ['network', 'calico', 'mode'],
      network.calico.mode,
      'vxlan; bgp-cross-subnet is not offered yet, because workers keep their source/destination check',
      'Use vxlan, or the plugin routed for pods without encapsulation.',
    ),
  ];
}
