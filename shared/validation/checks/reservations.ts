import { controlPlaneSizing } from '../../blueprint/sizing.ts';
import type { Facts } from '../../facts/facts.ts';
import { vCpusOf } from '../../spec/instanceTypes.ts';
import type { SpecProblem } from '../../spec/problems.ts';
import type { ClusterSpec } from '../../spec/schema.ts';
import { type Check, problemAt } from './check.ts';

type Resource = 'cpu' | 'memory' | 'ephemeral-storage';

/** Flags of kubelet that keep something of a machine from pods, in the order in which one is blamed. */
const reservingFlags = ['kube-reserved', 'system-reserved', 'eviction-hard'] as const;

/**
 * What kubelet keeps for itself, the system and the eviction of pods is less than each machine has: it exits where the sum is
 * more (source: k8s.io/kubernetes 1.36.3, cm/node_container_manager_linux.go, validateNodeAllocatable), and with all of it
 * reserved no pod would ever fit. Memory is judged where the account was asked how much a type has.
 */
export const checkReservations: Check = (document, facts) => {
  const { extraArguments } = document.spec.components.kubelet;
  const flag = reservingFlags.find((each) => extraArguments[each] !== undefined);
  if (flag === undefined) return [];
  return (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((resource) => {
    const tooSmall = machinesWithKubelet(document, facts).find(
      ({ capacity }) =>
        capacity[resource] !== undefined && reserved(extraArguments, resource, capacity) >= capacity[resource],
    );
    return tooSmall === undefined ? [] : [tooMuch(flag, extraArguments[flag], resource, tooSmall)];
  });
};

/** Of cpu in processors, of the others in bytes; undefined where it is not known. */
type Capacity = Readonly<Record<Resource, number | undefined>>;

interface MachineKind {
  readonly type: string;
  readonly capacity: Capacity;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Masters and workers; a machine that only holds a member of etcd runs no kubelet. */
function machinesWithKubelet(document: ClusterSpec, facts: Facts | undefined): readonly MachineKind[] {
  const { controlPlane, nodeGroups } = document.spec;
  const kind = (type: string, rootGiB: number): MachineKind => {
    const size = facts?.instanceTypeSizes?.[type];
    return {
      type,
      capacity: {
        cpu: size?.vCpus ?? vCpusOf(type),
        memory: size && size.memoryMiB * MIB,
        'ephemeral-storage': rootGiB * GIB,
      },
    };
  };
  return [
    kind(controlPlaneSizing(document).master, controlPlane.rootVolume.sizeGiB),
    ...nodeGroups.flatMap(({ instanceTypes, rootVolume }) =>
      instanceTypes.map((type) => kind(type, rootVolume.sizeGiB)),
    ),
  ];
}

/** What a flag keeps; a flag that is not set keeps nothing here, because its defaults fit every machine that may be used. */
function reserved(flags: Readonly<Record<string, string>>, resource: Resource, capacity: Capacity): number {
  const signal = { cpu: undefined, memory: 'memory.available', 'ephemeral-storage': 'nodefs.available' }[resource];
  return (
    amountIn(flags['kube-reserved'], '=', resource, capacity[resource]) +
    amountIn(flags['system-reserved'], '=', resource, capacity[resource]) +
    amountIn(flags['eviction-hard'], '<', signal, capacity[resource])
  );
}

/** `cpu=100m,memory=200Mi` → 0.1 of cpu. A percentage is one of the capacity. */
function amountIn(pairs = '', operator: string, name: string | undefined, capacity = 0): number {
  const pair = pairs.split(',').find((each) => each.split(operator)[0] === name);
  const [, number = '0', unit = ''] = /^([\d.]+)(m|Ki|Mi|Gi|%)?$/.exec(pair?.split(operator)[1] ?? '') ?? [];
  const of: Readonly<Record<string, number>> = { m: 0.001, Ki: 2 ** 10, Mi: MIB, Gi: GIB, '%': capacity / 100 };
  return Number(number) * (of[unit] ?? 1);
}

const amountText: Readonly<Record<Resource, (amount: number) => string>> = {
  cpu: (processors) => `${processors} processors`,
  memory: (bytes) => `${Math.round(bytes / MIB)} MiB of memory`,
  'ephemeral-storage': (bytes) => `${bytes / GIB} GiB on its root volume`,
};

function tooMuch(
  flag: string,
  value: string | undefined,
  resource: Resource,
  { type, capacity }: MachineKind,
): SpecProblem {
  const has = amountText[resource](capacity[resource] ?? 0);
  return problemAt(
    ['components', 'kubelet', 'extraArguments', flag],
    value,
    `${reservingFlags.join(', ')} that together keep less than ${has}, which is all that ${type} has`,
    `Reserve less ${resource}, or use larger machines than ${type}: kubelet would not start there.`,
  );
}
