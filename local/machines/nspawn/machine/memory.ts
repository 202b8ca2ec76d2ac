import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { controllerFolder, isUnified } from './controlGroups.ts';
import type { MachineHost } from './host.ts';
import { machineGroup } from './leader.ts';

/** What a machine takes of the host's memory, in bytes. */
export interface MachineMemory {
  /** Everything, the page cache of its files included. */
  readonly total: number;
  /** What its processes hold. */
  readonly processes: number;
  /** Files that were read or written: the kernel gives it back when it is needed. */
  readonly pageCache: number;
}

/** What the kernel charges to the machine now. */
export function memoryOf(host: MachineHost, instanceId: string): MachineMemory {
  const folder = controllerFolder(machineGroup(host, instanceId), 'memory');
  const statistics = readFileSync(join(folder, 'memory.stat'), 'utf8');
  const value = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(statistics)?.[1] ?? 0);
  const total = Number(readFileSync(join(folder, isUnified() ? 'memory.current' : 'memory.usage_in_bytes'), 'utf8'));
  return isUnified()
    ? { total, processes: value('anon'), pageCache: value('file') }
    : { total, processes: value('total_rss'), pageCache: value('total_cache') };
}
