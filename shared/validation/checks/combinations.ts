import type { SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';
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
  const { plugin, calico } = network;
  if (calico === undefined) return [];
  if (plugin !== 'calico')
    return [
      problemAt(
        ['network', 'calico'],
        calico,
        `nothing while the plugin is ${plugin}`,
        'Remove it, or set spec.network.plugin to calico.',
      ),
    ];
  if (calico.mode === 'vxlan') return [];
  return [
    problemAt(
      ['network', 'calico', 'mode'],
      calico.mode,
      'vxlan; bgp-cross-subnet is not offered yet, because workers keep their source/destination check',
      'Use vxlan, or the plugin routed for pods without encapsulation.',
    ),
  ];
}
