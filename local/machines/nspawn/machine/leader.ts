import { existsSync, readFileSync } from 'node:fs';
import { type ControlGroup, processesOf } from './controlGroups.ts';
import { type MachineHost, machineName } from './host.ts';
import { within } from './waiting.ts';

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

/** The first process of a machine that takes orders: it has opened the bus, by which it is asked for units. */
export function readyLeaderOf(host: MachineHost, instanceId: string): number | undefined {
  const leader = leaderOf(host, instanceId);
  return leader !== undefined && existsSync(`/proc/${leader}/root/run/dbus/system_bus_socket`) ? leader : undefined;
}

/** Waits while the machine is starting; undefined when it does not run, or never takes orders. */
export async function awaitLeader(host: MachineHost, instanceId: string, seconds: number): Promise<number | undefined> {
  const found = await within(seconds, () => {
    if (!isSupervised(host, instanceId)) return 'none' as const;
    return readyLeaderOf(host, instanceId);
  });
  return found === 'none' ? undefined : found;
}

/** Whether the machine is kept running. Between going down and coming up again it is, though it has no process then. */
export const isSupervised = (host: MachineHost, instanceId: string): boolean =>
  processesOf(supervisorGroup(host, instanceId)).length > 0;

/** Number 1 in a process namespace that is one below ours; first processes of pods are further below. */
function isFirstOfMachine(processId: number): boolean {
  try {
    return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}
