import type { HealthCheck } from '../../cloud/machinePort.ts';
import type { World } from '../../cloud/world.ts';
import { etcdPorts } from './components.ts';
import type { MachineRow } from './machineRows.ts';
import { bundleRunning } from './nodeApi.ts';
import { flag, flagsOf } from './unitFlags.ts';

/** Where kubelet answers (source: Kubernetes, "Ports and protocols"). */
const kubeletPort = 10250;

/** Since when a component of the machine answers such a check; undefined where nothing listens, or not in that protocol. */
export function listeningSince(
  world: World,
  machine: MachineRow,
  { port, protocol }: Pick<HealthCheck, 'port' | 'protocol'>,
): number | undefined {
  if (machine.apiSince !== undefined && port === apiPort(world, machine)) return machine.apiSince;
  if (protocol !== 'TCP') return undefined;
  if (port === etcdPorts.client || port === etcdPorts.peer) return machine.etcdSince;
  return port === kubeletPort ? machine.nodeReadySince : undefined;
}

const apiPort = (world: World, machine: MachineRow): number =>
  Number(
    flag(
      flagsOf(bundleRunning({ cloud: { world }, machine }, 'kube-apiserver'), 'kube-apiserver.service'),
      'secure-port',
    ),
  );
