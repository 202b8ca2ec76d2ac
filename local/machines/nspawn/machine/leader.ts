import { existsSync, readFileSync } from 'node:fs';
import { type ControlGroup, processesOf } from './controlGroups.ts';
import { type MachineHost, machineName } from './host.ts';

/** The processes of the machine. */
export const machineGroup = ({ worldId }: MachineHost, instanceId: string): ControlGroup => {
  machineName({ worldId }, instanceId);
  return { worldId, name: instanceId };
};

/** The process that keeps the machine running, apart from it: it is not to be frozen or counted with it. */
export const supervisorGroup = ({ worldId }: MachineHost, instanceId: string): ControlGroup => ({
  worldId,
  name: `${instanceId}.supervisor`,
});

/** The machine's first process, by the host's number; undefined while there is none. */
export function leaderOf(host: MachineHost, instanceId: string): number | undefined {
  return processesOf(machineGroup(host, instanceId)).find(isFirstOfMachine);
}

/** The first process of a machine that takes orders: systemd has opened its socket. */
export function readyLeaderOf(host: MachineHost, instanceId: string): number | undefined {
  const leader = leaderOf(host, instanceId);
  return leader !== undefined && existsSync(`/proc/${leader}/root/run/systemd/private`) ? leader : undefined;
}

/** Number 1 in a process namespace that is one below ours; first processes of pods are further below. */
function isFirstOfMachine(processId: number): boolean {
  try {
    return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}
