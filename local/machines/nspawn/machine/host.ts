import { join, resolve } from 'node:path';

/** Where the machines of one world live on this host. */
export interface MachineHost {
  /** Lower-case letters and digits only: names of this world must not begin like another's. */
  readonly worldId: string;
  /** Disks of machines and volumes; on a file system that is not an overlay itself. */
  readonly folder: string;
  readonly baseImage: string;
  /** Folders that lie over the base image, the uppermost first: what an image of one's own has baked in. Never changed. */
  readonly layers?: readonly string[];
}

/** What everything of a world on this host is called after: control groups, mounts, loop devices, namespaces. */
export function worldPrefix(worldId: string): string {
  if (!/^[a-z0-9]{1,24}$/.test(worldId))
    throw new TypeError(`${JSON.stringify(worldId)} cannot name a world's machines.`);
  return `kubestep-${worldId}`;
}

/** The name of a machine, and of the network namespace in which it starts. */
export function machineName({ worldId }: Pick<MachineHost, 'worldId'>, instanceId: string): string {
  if (!/^i-[0-9a-f]{1,17}$/.test(instanceId)) throw new TypeError(`${JSON.stringify(instanceId)} is no instance id.`);
  return `${worldPrefix(worldId)}-${instanceId}`;
}

/** The folder of a machine: its disk, what it is made of, and how it ended. */
export interface MachineFolder {
  readonly folder: string;
  /** What it changed of the image: its disk. */
  readonly upper: string;
  readonly work: string;
  /** Image and changes together. */
  readonly root: string;
  /** Folders of the host's own file system: an overlay cannot lie on an overlay. */
  readonly containerd: string;
  readonly kubelet: string;
  /** One file per attached volume, named as the device and holding the path of the volume's file. */
  readonly devices: string;
  /** What it was started with. */
  readonly settings: string;
  /** How it ended the last time; not there while it runs. */
  readonly ended: string;
  readonly console: string;
  readonly supervisor: string;
}

/** Where everything of a machine lies. */
export function machineFolder(host: MachineHost, instanceId: string): MachineFolder {
  machineName(host, instanceId);
  const folder = resolve(host.folder, 'machines', instanceId);
  return {
    folder,
    upper: join(folder, 'upper'),
    work: join(folder, 'work'),
    root: join(folder, 'root'),
    containerd: join(folder, 'containerd'),
    kubelet: join(folder, 'kubelet'),
    devices: join(folder, 'devices'),
    settings: join(folder, 'settings.json'),
    ended: join(folder, 'ended'),
    console: join(folder, 'console'),
    supervisor: join(folder, 'supervise'),
  };
}
