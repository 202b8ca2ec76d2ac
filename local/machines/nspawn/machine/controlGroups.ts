import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { worldPrefix } from './host.ts';
import { within } from './waiting.ts';

const mountPoint = '/sys/fs/cgroup';

/** Zombies stay in their group until the host's init has waited for them. */
const emptyingSeconds = 15;

/**
 * A group of processes of a world. The kernel keeps the account of who belongs to it, forks included: whatever is in such a
 * group is ours and nothing else is, which no recorded process id could say.
 */
export interface ControlGroup {
  readonly worldId: string;
  readonly name: string;
}

export interface GroupLimits {
  readonly memoryKilobytes: number;
  readonly cpus?: number;
}

/** Whether the host has one hierarchy (v2); otherwise one per controller. */
export const isUnified = (): boolean => existsSync(join(mountPoint, 'cgroup.controllers'));

/** The group's folder in every hierarchy: its members must enter all. */
export function groupFolders({ worldId, name }: ControlGroup): readonly string[] {
  return hierarchies().map((hierarchy) => join(hierarchy, worldPrefix(worldId), name));
}

/** The group's folder in the hierarchy that counts and freezes its processes. */
export function countingFolder({ worldId, name }: ControlGroup): string {
  return join(hierarchyOf('freezer'), worldPrefix(worldId), name);
}

/** Ensures the group in every hierarchy, with its limits. */
export function createGroup(group: ControlGroup, limits?: GroupLimits): void {
  for (const hierarchy of hierarchies()) {
    const world = join(hierarchy, worldPrefix(group.worldId));
    mkdirSync(world, { recursive: true });
    if (isUnified()) for (const parent of [hierarchy, world]) shareControllers(parent);
    else if (existsSync(join(world, 'cpuset.cpus'))) shareProcessors(hierarchy, world);
    mkdirSync(join(world, group.name), { recursive: true });
  }
  if (limits) limit(group, limits);
}

/** Every process of the group and of the groups below. */
export function processesOf(group: ControlGroup): readonly number[] {
  return processesBelow(countingFolder(group));
}

/** Stops all processes of the group where they are, or lets them continue. */
export function setFrozen(group: ControlGroup, frozen: boolean): void {
  const folder = countingFolder(group);
  if (isUnified()) writeFileSync(join(folder, 'cgroup.freeze'), frozen ? '1' : '0');
  else writeFileSync(join(folder, 'freezer.state'), frozen ? 'FROZEN' : 'THAWED');
}

/** Kills every process of the group at once, frozen or not, and waits until none is left. */
export async function killGroup(group: ControlGroup): Promise<void> {
  const folder = countingFolder(group);
  const empty = await within(emptyingSeconds, () => {
    if (!existsSync(folder)) return true;
    const processes = processesOf(group);
    if (processes.length === 0) return true;
    if (isUnified()) {
      writeFileSync(join(folder, 'cgroup.kill'), '1');
    } else {
      // Who is frozen forks no more, and dies as soon as it thaws.
      setFrozen(group, true);
      for (const process of processesOf(group)) kill(process);
      setFrozen(group, false);
    }
    return undefined;
  });
  if (!empty) throw new Error(`Processes of ${folder} outlive SIGKILL: ${processesOf(group).join(', ')}.`);
}

/** Removes the empty group and those below it. */
export async function removeGroup(group: ControlGroup): Promise<void> {
  for (const folder of groupFolders(group)) {
    if (!(await within(emptyingSeconds, () => removeFolder(folder) || undefined))) {
      throw new Error(`The control group ${folder} cannot be removed.`);
    }
  }
}

/** Removes what held the world's groups. */
export async function removeWorldGroup(worldId: string): Promise<void> {
  for (const folder of worldFolders(worldId)) await within(emptyingSeconds, () => removeFolder(folder) || undefined);
}

/** Names of the world's groups. */
export function groupsOf(worldId: string): readonly string[] {
  return [...new Set(worldFolders(worldId).flatMap(subfolders))].sort();
}

/** The world's own folders in the hierarchies; none when nothing of it is left. */
export function worldFolders(worldId: string): readonly string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, worldPrefix(worldId)))
    .filter((folder) => existsSync(folder));
}

/** The group's folder of one controller, such as memory. */
export function controllerFolder({ worldId, name }: ControlGroup, controller: string): string {
  return join(hierarchyOf(controller), worldPrefix(worldId), name);
}

function hierarchies(): readonly string[] {
  if (isUnified()) return [mountPoint];
  // Names with several controllers are folders; links lead to them from the single names.
  return subfolders(mountPoint).map((name) => join(mountPoint, name));
}

function hierarchyOf(controller: string): string {
  if (isUnified()) return mountPoint;
  const found = subfolders(mountPoint).find((name) => name.split(',').includes(controller));
  if (!found) throw new Error(`This host has no control groups for ${controller}.`);
  return join(mountPoint, found);
}

function limit(group: ControlGroup, { memoryKilobytes, cpus }: GroupLimits): void {
  const bytes = String(memoryKilobytes * 1024);
  // Microseconds of processor time in each period of a tenth of a second, the kernel's usual one.
  const quota = cpus === undefined ? undefined : Math.round(cpus * 100_000);
  if (isUnified()) {
    writeFileSync(join(countingFolder(group), 'memory.max'), bytes);
    if (quota !== undefined) writeFileSync(join(countingFolder(group), 'cpu.max'), `${quota} 100000`);
    return;
  }
  writeFileSync(join(controllerFolder(group, 'memory'), 'memory.limit_in_bytes'), bytes);
  if (quota !== undefined) writeFileSync(join(controllerFolder(group, 'cpu'), 'cpu.cfs_quota_us'), String(quota));
}

function shareControllers(folder: string): void {
  const offered = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const wanted = ['cpu', 'cpuset', 'io', 'memory', 'pids'].filter((controller) => offered.includes(controller));
  writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((controller) => `+${controller}`).join(' '));
}

/** In v1 a new group may use no processor until it is given some; groups below it shall not need to be. */
function shareProcessors(parent: string, folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    writeFileSync(join(folder, file), readFileSync(join(parent, file), 'utf8').trim());
  }
  writeFileSync(join(folder, 'cgroup.clone_children'), '1');
}

function processesBelow(folder: string): readonly number[] {
  let own: string;
  try {
    own = readFileSync(join(folder, 'cgroup.procs'), 'utf8');
  } catch {
    return []; // Groups come and go while they are listed.
  }
  return [
    ...own.split('\n').filter(Boolean).map(Number),
    ...subfolders(folder).flatMap((name) => processesBelow(join(folder, name))),
  ];
}

function removeFolder(folder: string): boolean {
  for (const name of subfolders(folder)) removeFolder(join(folder, name));
  try {
    rmdirSync(folder);
  } catch {
    // Busy still, or gone already.
  }
  return !existsSync(folder);
}

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
