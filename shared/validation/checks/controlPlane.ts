import { volumeLimits } from '../../awsLimits.ts';
import { controlPlaneSizing, MAXIMUM_NODES, maximumWorkers } from '../../blueprint/sizing.ts';
import type { Facts } from '../../facts/facts.ts';
import { architectureOf, tooSmallForKubernetes } from '../../spec/instanceTypes.ts';
import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';
import { type Check, listed, problemAt } from './check.ts';

/** Masters, etcd and their volumes fit together, and every type that they use is offered in their zones. */
export const checkControlPlane: Check = (document, facts) => {
  const { spec } = document;
  const { etcd, controlPlane } = spec;
  const sizing = controlPlaneSizing(document);
  const isStacked = etcd.placement === 'stacked';
  return [
    ...(isStacked ? stackedProblems(document) : []),
    ...machineProblems(['controlPlane', 'instanceType'], sizing.master, document, facts),
    ...(isStacked ? [] : machineProblems(['etcd', 'instanceType'], sizing.dedicatedEtcd, document, facts)),
    ...volumeProblems(['etcd', 'volume'], etcd.volume),
    ...volumeProblems(['controlPlane', 'rootVolume'], controlPlane.rootVolume),
    ...tooManyNodes(document),
  ];
};

function stackedProblems({ spec: { etcd, controlPlane } }: ClusterSpec): readonly SpecProblem[] {
  const count = controlPlane.count ?? etcd.members;
  return [
    ...(count === etcd.members
      ? []
      : [
          problemAt(
            ['controlPlane', 'count'],
            count,
            `${etcd.members}: with etcd stacked, each master holds one member`,
            'Leave count out, or set spec.etcd.placement to dedicated.',
          ),
        ]),
    ...(etcd.instanceType === undefined
      ? []
      : [
          problemAt(
            ['etcd', 'instanceType'],
            etcd.instanceType,
            'nothing while etcd is stacked',
            'Set spec.controlPlane.instanceType, or spec.etcd.placement to dedicated.',
          ),
        ]),
  ];
}

function machineProblems(
  path: Path,
  type: string,
  { spec }: ClusterSpec,
  facts: Facts | undefined,
): readonly SpecProblem[] {
  const image = `${spec.image}/${architectureOf(type)}`;
  const without =
    spec.region === facts?.region ? spec.zones.filter((zone) => !facts.instanceTypeZones[type]?.includes(zone)) : [];
  if (architectureOf(type) === undefined)
    return [problemAt(path, type, 'a type whose name shows its processor, such as m7g.large', 'Use a current family.')];
  if (tooSmallForKubernetes(type))
    return [
      problemAt(path, type, 'a type with 2 GiB of memory or more', 'Use t4g.medium for trials, m7g.large for work.'),
    ];
  if (without.length > 0) {
    const wanted = `a type that EC2 offers in ${listed(spec.zones)}`;
    return [problemAt(path, type, wanted, `${listed(without)} has none of it: choose another type, or other zones.`)];
  }
  if (facts !== undefined && facts.images[image] === undefined)
    return [
      problemAt(
        ['image'],
        spec.image,
        `an image that exists for ${type} in ${facts.region}`,
        'Choose another image or type.',
      ),
    ];
  return [];
}

type Volume = NonNullable<ClusterSpec['spec']['etcd']['volume']>;

/** AWS's limits of a volume. */
export function volumeProblems(path: Path, volume: Volume | undefined): readonly SpecProblem[] {
  if (volume === undefined) return [];
  const { type, sizeGiB, iops, throughputMiBps } = volume;
  const { lowestIops: lowest, highestIops, iopsPerGiB } = volumeLimits[type];
  const highest = Math.max(lowest, Math.min(highestIops, iopsPerGiB * sizeGiB));
  const { lowestMiBps, highestMiBps, iopsPerMiBps } = volumeLimits.gp3;
  const speed = Math.max(lowestMiBps, Math.min(highestMiBps, iops / iopsPerMiBps));
  return [
    ...(iops < lowest || iops > highest
      ? [
          problemAt(
            [...path, 'iops'],
            iops,
            `${lowest} to ${highest} for ${sizeGiB} GiB of ${type}`,
            `Change iops, or sizeGiB: ${iopsPerGiB} operations go with each GiB.`,
          ),
        ]
      : []),
    ...(type === 'io2' && throughputMiBps !== undefined
      ? [
          problemAt(
            [...path, 'throughputMiBps'],
            throughputMiBps,
            'nothing for io2, whose throughput follows its iops',
            'Remove it.',
          ),
        ]
      : []),
    ...(type === 'gp3' && throughputMiBps !== undefined && throughputMiBps > speed
      ? [
          problemAt(
            [...path, 'throughputMiBps'],
            throughputMiBps,
            `at most ${speed} with ${iops} iops`,
            'Raise iops to four times the throughput.',
          ),
        ]
      : []),
  ];
}

function tooManyNodes(document: ClusterSpec): readonly SpecProblem[] {
  const workers = maximumWorkers(document);
  if (workers <= MAXIMUM_NODES) return [];
  return [
    problemAt(
      ['nodeGroups'],
      `${workers} nodes, by the groups' max`,
      `at most ${MAXIMUM_NODES} nodes, Kubernetes' own limit`,
      'Spread the work over several clusters.',
    ),
  ];
}
