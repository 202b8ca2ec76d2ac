import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerFolder, isUnified } from './controlGroups.ts';
import type { MachineHost } from './host.ts';
import { machineGroup } from './leader.ts';

/** What a machine, or one thing in it, takes of the host's memory, in bytes. */
export interface MachineMemory {
  /** Everything, the page cache of its files included. */
  readonly total: number;
  /** What its processes hold. */
  readonly processes: number;
  /** Files that were read or written: the kernel gives it back when it is needed. */
  readonly pageCache: number;
}

/** What the kernel charges to the machine now. */
export const memoryOf = (host: MachineHost, instanceId: string): MachineMemory =>
  memoryIn(controllerFolder(machineGroup(host, instanceId), 'memory'));

/** What it charges to each service of the machine, and to its pods together. */
export function memoryOfServices(host: MachineHost, instanceId: string): ReadonlyMap<string, MachineMemory> {
  const machine = controllerFolder(machineGroup(host, instanceId), 'memory');
  const services = join(machine, 'system.slice');
  const names = existsSync(services) ? readdirSync(services).filter((name) => name.endsWith('.service')) : [];
  const pods = join(machine, 'kubepods.slice');
  return new Map([
    ...names.map((name) => [name.replace(/\.service$/, ''), memoryIn(join(services, name))] as const),
    ...(existsSync(pods) ? [['pods', memoryIn(pods)] as const] : []),
  ]);
}

function memoryIn(folder: string): MachineMemory {
  const statistics = readFileSync(join(folder, 'memory.stat'), 'utf8');
  const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(statistics)?.[1] ?? 0);
  const total = Number(readFileSync(join(folder, isUnified() ? 'memory.current' : 'memory.usage_in_bytes'), 'utf8'));
  return isUnified()
    ? { total, processes: value('anon'), pageCache: value('file') }
    : { total, processes: value('total_rss'), pageCache: value('total_cache') };
}
