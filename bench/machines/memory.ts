import { join } from 'node:path';
import type { MachineHost } from '../../local/machines/nspawn/machine/host.ts';
import { type MachineMemory, memoryOf, memoryOfServices } from '../../local/machines/nspawn/machine/memory.ts';
import { worldIdOf } from '../../local/world/openMachinesWorld.ts';
import type { MachineProgress } from './progress.ts';

/** What one machine takes of this host's memory now, as the kernel counts it. */
export interface MeasuredMachine {
  readonly place: string;
  readonly whole: MachineMemory;
  readonly services: ReadonlyMap<string, MachineMemory>;
}

/** Measures the machines of a world. */
export function readMemory(
  folder: string,
  machines: readonly Pick<MachineProgress, 'instanceId' | 'place'>[],
): readonly MeasuredMachine[] {
  const host: MachineHost = { worldId: worldIdOf(folder), folder: join(folder, 'machines'), baseImage: '' };
  return machines.map(({ instanceId, place }) => ({
    place,
    whole: memoryOf(host, instanceId),
    services: memoryOfServices(host, instanceId),
  }));
}
