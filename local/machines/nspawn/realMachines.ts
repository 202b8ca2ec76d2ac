import { sleep } from '../../clock/clock.ts';
import { powerOn } from '../../cloud/ec2/instanceLifecycle.ts';
import { instanceState, instances } from '../../cloud/ec2/instances.ts';
import { volumes } from '../../cloud/ec2/volumes.ts';
import type { MachineInstance, Machines } from '../../cloud/machinePort.ts';
import type { World } from '../../cloud/world.ts';
import { scriptOf } from './documentCommands.ts';
import { removeWorldGroup } from './machine/controlGroups.ts';
import type { MachineHost } from './machine/host.ts';
import {
  machineState,
  machinesOf,
  rebootMachine,
  removeMachine,
  startMachine,
  stopMachine,
} from './machine/machineLife.ts';
import { runIn } from './machine/runIn.ts';
import { attachVolume, detachVolume, removeVolume } from './machine/volumes.ts';
import { filesOf, memoryOf } from './machineFiles.ts';
import type { NetworkKeeper } from './networkKeeper.ts';

/** What real machines are made of, and their world; that is asked late, because it knows its machines. */
export interface RealMachinesOptions {
  readonly world: () => World;
  readonly host: MachineHost;
  readonly network: NetworkKeeper;
  /** PEM of the authority that the world's endpoints show certificates of. */
  readonly authority: string;
  /** How much later than usual a machine starts, in milliseconds. */
  readonly startsLateBy?: (instanceId: string) => number;
  /** Called with what could not be done to a machine. */
  readonly failed: (what: string, error: unknown) => void;
}

/** Nobody waits here for as long as EC2 would: what is lost is what a power cut loses. */
const shutdownSeconds = 30;

/** Machines of this host, as the model knows them, and what only their owner asks of them. */
export interface RealMachines extends Machines {
  /** A volume that the account no longer has. */
  removeVolume(volumeId: string): void;
  /** Takes over what ran on without a process of ours, and ends what no instance stands for any more. */
  adopt(): Promise<void>;
  /** Resolves when nothing is under way with any machine. */
  settled(): Promise<void>;
}

/** Machines of this host, started and stopped as the model's instances are. */
export function createRealMachines(options: RealMachinesOptions): RealMachines {
  const { world, host, network, failed } = options;
  /** What is under way with each machine, one thing after the other. */
  const work = new Map<string, Promise<void>>();
  const online = new Set<string>();

  function enqueue(instanceId: string, what: string, run: () => Promise<void>): void {
    const before = work.get(instanceId) ?? Promise.resolve();
    const next = before.then(run).catch((error: unknown) => failed(`${what} ${instanceId}`, error));
    work.set(instanceId, next);
    void next.then(() => {
      if (work.get(instanceId) === next) work.delete(instanceId);
    });
  }

  const vpcOf = (instanceId: string): string => instances(world()).get(instanceId)?.vpcId ?? '';

  async function start(instance: MachineInstance): Promise<void> {
    const { instanceId } = instance;
    const lateBy = options.startsLateBy?.(instanceId) ?? 0;
    if (lateBy > 0) await sleep(world().clock, lateBy);
    if (machineState(host, instanceId) === 'stopped') await network.renew(vpcOf(instanceId), instanceId);
    else await network.applied();
    await startMachine(host, {
      instanceId,
      memoryKilobytes: memoryOf(instance.instanceType),
      files: filesOf(options.authority),
    });
    online.add(instanceId);
  }

  /** Also what brings a machine back that was killed, as on EC2. */
  async function reboot(instanceId: string): Promise<void> {
    const state = machineState(host, instanceId);
    if (state === 'absent') return;
    if (state === 'stopped') await network.renew(vpcOf(instanceId), instanceId);
    await rebootMachine(host, instanceId);
  }

  return {
    start: (instance) => enqueue(instance.instanceId, 'start', () => start(instance)),
    stop(instanceId) {
      online.delete(instanceId);
      enqueue(instanceId, 'stop', () => stopMachine(host, instanceId, shutdownSeconds));
    },
    hasEnded: (instanceId) => !work.has(instanceId),
    reboot: (instanceId) => enqueue(instanceId, 'reboot', () => reboot(instanceId)),
    terminate(instanceId) {
      online.delete(instanceId);
      enqueue(instanceId, 'terminate', async () => {
        await removeMachine(host, instanceId);
        if (machinesOf(host).length === 0) await removeWorldGroup(host.worldId);
      });
    },
    attachVolume(instanceId, volumeId, device) {
      const gibibytes = volumes(world()).get(volumeId)?.sizeGiB ?? 1;
      enqueue(instanceId, 'attach a volume to', () => attachVolume(host, { instanceId, volumeId, device, gibibytes }));
    },
    detachVolume: (instanceId, volumeId) =>
      enqueue(instanceId, 'detach a volume from', () => detachVolume(host, { instanceId, volumeId })),
    // The network follows from the model's rows, attachments included.
    attachNetworkInterface() {},
    detachNetworkInterface() {},
    servingSince: (check) => network.servingSince(check),
    // A machine may have ended by itself, or been killed.
    agentOnline: (instanceId) => online.has(instanceId) && machineState(host, instanceId) === 'running',
    async runCommand({ instanceId, documentName, parameters, timeoutSeconds }) {
      try {
        const script = scriptOf(world(), documentName, parameters);
        return await runIn(host, instanceId, ['/bin/sh', '-c', script], { timeoutSeconds });
      } catch (error) {
        return { status: 'Failed', exitCode: -1, standardOutput: '', standardError: (error as Error).message };
      }
    },
    removeVolume(volumeId) {
      enqueue(volumeId, 'remove', () => removeVolume(host, volumeId));
    },
    async adopt() {
      const rows = [...instances(world()).rows()].filter((row) => instanceState(world(), row) === 'running');
      for (const { instanceId } of rows) if (machineState(host, instanceId) === 'running') online.add(instanceId);
      for (const row of rows) if (!online.has(row.instanceId)) powerOn(world(), row);
      for (const id of machinesOf(host))
        if (!instances(world()).has(id)) enqueue(id, 'remove', () => removeMachine(host, id));
    },
    async settled() {
      while (work.size > 0) await Promise.all(work.values());
    },
  };
}
