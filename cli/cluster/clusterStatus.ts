import type { Blueprint } from '../../shared/blueprint/blueprint.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import type { ClusterRecord } from '../../shared/store/clusters.ts';
import { counted } from '../words.ts';

/** A machine of a cluster, whether there or only planned. */
export interface MachineStatus {
  /** `master-0`, or the name of the group. */
  readonly name: string;
  readonly zone: string;
  /** Missing where a slot has no machine. */
  readonly node?: NodeView;
  readonly isReady: boolean;
}

/** What can be said of a cluster from its record, its plan and what its machines reported. */
export interface ClusterStatus {
  /** Slots first, then the machines of groups. */
  readonly machines: readonly MachineStatus[];
  /** Why the cluster is not ready; empty where it is. */
  readonly problems: readonly string[];
  /** ISO 8601: when the first certificate ends unless it is renewed. */
  readonly certificatesUntil?: string;
}

interface Known {
  readonly cluster: Pick<ClusterRecord, 'status'>;
  readonly blueprint: Pick<Blueprint, 'slots' | 'nodeGroups'>;
  readonly nodes: readonly NodeView[];
}

/** A cluster is ready once it is active, every machine has reported its last phase, and no group is below its minimum. */
export function clusterStatus({ cluster, blueprint, nodes }: Known): ClusterStatus {
  const slots = blueprint.slots.map(({ key, zone }) =>
    machineStatus(
      { name: key, zone },
      nodes.find(({ slot }) => slot === key),
    ),
  );
  const workers = nodes
    .filter(({ slot }) => slot === undefined)
    .map((node) => machineStatus({ name: node.group ?? node.role, zone: node.zone }, node));
  const machines = [...slots, ...workers];
  const [certificatesUntil] = nodes.flatMap((node) => node.certificatesUntil ?? []).sort();
  return {
    machines,
    problems: [
      ...(cluster.status === 'active' ? [] : [`the cluster is ${cluster.status}`]),
      ...machines.flatMap((machine) => (machine.isReady ? [] : [problemOf(machine)])),
      ...blueprint.nodeGroups.flatMap(({ name, size }) => {
        const ready = workers.filter((worker) => worker.name === name && worker.isReady).length;
        return ready < size.min ? [`${name}: ${counted(ready, 'machine')} ready, and its minimum is ${size.min}`] : [];
      }),
    ],
    ...(certificatesUntil !== undefined && { certificatesUntil }),
  };
}

function machineStatus(planned: Pick<MachineStatus, 'name' | 'zone'>, node: NodeView | undefined): MachineStatus {
  if (node === undefined) return { ...planned, isReady: false };
  const last = node.role === 'etcd' ? 'etcd-serving' : 'node-ready';
  const isTroubled = [node.failure, node.waitsFor, node.alarm].some((trouble) => trouble !== undefined);
  return { ...planned, node, isReady: node.phase === last && !isTroubled };
}

function problemOf({ name, zone, node }: MachineStatus): string {
  if (node === undefined) return `${name} (${zone}) has no machine`;
  const { alarm, failure, waitsFor, phase = 'nothing' } = node;
  const isSilent = alarm === undefined && failure === undefined && waitsFor === undefined;
  return `${name} (${zone}, ${node.instanceId}) ${isSilent ? `has reported ${phase} last` : progressOf(node)}`;
}

/** What a person should know of a machine first: an alarm, a failure, what it waits for, how far it is. */
export const progressOf = ({ alarm, failure, waitsFor, phase }: NodeView): string =>
  alarm ?? failure ?? (waitsFor === undefined ? undefined : `waits: ${waitsFor}`) ?? phase ?? 'booting';
