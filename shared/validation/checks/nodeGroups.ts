import type { Facts } from '../../facts/facts.ts';
import { architectureOf, tooSmallForKubernetes } from '../../spec/instanceTypes.ts';
import type { Path, SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec, NodeGroupSpec } from '../../spec/schema.ts';
import { type Check, listed, problemAt, repeated } from './check.ts';
import { volumeProblems } from './controlPlane.ts';
import { labelProblems, taintProblems } from './labels.ts';

/** Every group can be made as written. */
export const checkNodeGroups: Check = ({ spec }, facts) => [
  ...repeated(spec.nodeGroups.map(({ name }) => name)).map((name) =>
    problemAt(['nodeGroups'], name, 'each name once', `Rename one of the groups called ${name}.`),
  ),
  ...spec.nodeGroups.flatMap((group, index) => {
    const path: Path = ['nodeGroups', index];
    return [
      ...sizeProblems(path, group),
      ...typeProblems(path, group),
      ...zoneProblems(path, group, spec),
      ...(spec.region === facts?.region ? offerProblems(path, group, spec, facts) : []),
      ...labelProblems(path, group),
      ...taintProblems(path, group),
      ...volumeProblems([...path, 'rootVolume'], group.rootVolume),
    ];
  }),
];

function sizeProblems(path: Path, { min, max, desired, spot }: NodeGroupSpec): readonly SpecProblem[] {
  const remedy = 'Order them: min, desired, max.';
  return [
    ...(min > max ? [problemAt([...path, 'min'], min, `at most max (${max})`, remedy)] : []),
    ...(desired !== undefined && (desired < min || desired > max)
      ? [problemAt([...path, 'desired'], desired, `from min (${min}) to max (${max})`, remedy)]
      : []),
    ...(spot.onDemandBase > max
      ? [
          problemAt(
            [...path, 'spot', 'onDemandBase'],
            spot.onDemandBase,
            `at most max (${max})`,
            "Lower it: machines of the base are among the group's own.",
          ),
        ]
      : []),
  ];
}

function typeProblems(path: Path, { instanceTypes }: NodeGroupSpec): readonly SpecProblem[] {
  const at: Path = [...path, 'instanceTypes'];
  const [first = ''] = instanceTypes;
  const other = instanceTypes.find(
    (type) => architectureOf(type) !== undefined && architectureOf(type) !== architectureOf(first),
  );
  return [
    ...instanceTypes.flatMap((type, index) => {
      if (architectureOf(type) === undefined)
        return [
          problemAt(
            [...at, index],
            type,
            'a type whose name shows its processor, such as m7g.large',
            'Use a current family.',
          ),
        ];
      if (tooSmallForKubernetes(type))
        return [
          problemAt(
            [...at, index],
            type,
            'a type with 2 GiB of memory or more',
            'Use t4g.medium for trials, m7g.large for work.',
          ),
        ];
      return [];
    }),
    ...repeated(instanceTypes).map((type) => problemAt(at, type, 'each type once', `Name ${type} once.`)),
    ...(other === undefined || architectureOf(first) === undefined
      ? []
      : [
          problemAt(
            at,
            instanceTypes,
            'types of one architecture: a group boots one image',
            `${first} is ${architectureOf(first)}, ${other} is ${architectureOf(other)}: make a second group of one of them.`,
          ),
        ]),
  ];
}

function zoneProblems(path: Path, { zones = [] }: NodeGroupSpec, spec: ClusterSpec['spec']): readonly SpecProblem[] {
  return [
    ...zones.flatMap((zone, index) =>
      spec.zones.includes(zone)
        ? []
        : [
            problemAt(
              [...path, 'zones', index],
              zone,
              `zones of the cluster: ${listed(spec.zones)}`,
              `Add ${zone} to spec.zones (before the cluster is made), or remove it here.`,
            ),
          ],
    ),
    ...repeated(zones).map((zone) => problemAt([...path, 'zones'], zone, 'each zone once', `Name ${zone} once.`)),
  ];
}

/** A zone where none of the types can be had would leave the group short without a word. */
function offerProblems(
  path: Path,
  { instanceTypes, zones }: NodeGroupSpec,
  spec: ClusterSpec['spec'],
  facts: Facts,
): readonly SpecProblem[] {
  const wanted = zones ?? spec.zones;
  const at: Path = [...path, 'instanceTypes'];
  const offers = (type: string, zone: string) => facts.instanceTypeZones[type]?.includes(zone) ?? false;
  const nowhere = instanceTypes.filter((type) => !wanted.some((zone) => offers(type, zone)));
  const empty = wanted.filter((zone) => !instanceTypes.some((type) => offers(type, zone)));
  if (nowhere.length > 0)
    return [
      problemAt(
        at,
        nowhere,
        `types that EC2 offers in ${listed(wanted)}`,
        `Remove ${listed(nowhere)}, or correct the name.`,
      ),
    ];
  if (empty.length === 0) return [];
  return [
    problemAt(
      at,
      instanceTypes,
      `at least one type in each of ${listed(wanted)}`,
      `Add a type that ${listed(empty)} has, or leave ${listed(empty)} out of the group's zones.`,
    ),
  ];
}
