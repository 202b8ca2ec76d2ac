import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { MachineFile } from '../image/imageFiles.ts';
import { countingFolder, createGroup, groupFolders, killGroup, removeGroup, setFrozen } from './controlGroups.ts';
import { type MachineFolder, type MachineHost, machineFolder, machineName } from './host.ts';
import { awaitLeader, isSupervised, leaderOf, machineGroup, readyLeaderOf, supervisorGroup } from './leader.ts';
import { isMounted, mountDisk, unmountDisks } from './mounts.ts';
import supervise from './supervise.sh';
import { freeVolumesOf } from './volumes.ts';
import { within } from './waiting.ts';

/** What a machine is started with. */
export interface MachineStart {
  readonly instanceId: string;
  /** The instance type's memory: what the machine sees, and the most that it and its page cache get. */
  readonly memoryKilobytes: number;
  readonly cpus?: number;
  /** Written to its disk before it starts. */
  readonly files: readonly MachineFile[];
}

export type MachineState = 'running' | 'stopped' | 'absent';

/** A machine starts in a second; on a host that is busy it may take many. */
const startSeconds = 60;
/** EC2 lets an operating system end by itself before it ends it (source: EC2's page on stopping instances: "a few minutes"). */
const usualEndSeconds = 120;

/** systemd(1): what its first process does on these signals, counted from SIGRTMIN, which is 34 with glibc. */
const powerOff = 34 + 4;
const reboot = 34 + 5;

/**
 * Ensures that the machine runs, with the disk that it had before. Its network namespace must be there. Resolves when its
 * first process takes orders.
 */
export async function startMachine(host: MachineHost, start: MachineStart): Promise<void> {
  const { instanceId } = start;
  if (machineState(host, instanceId) !== 'running') {
    // Whatever is left of a machine without its supervisor could not reboot.
    await killMachine(host, instanceId);
    await prepareDisk(host, start);
    createGroup(machineGroup(host, instanceId), start);
    createGroup(supervisorGroup(host, instanceId));
    await supervised(host, start);
  }
  await running(host, instanceId);
}

/** Lets the machine end in order, or kills it when it has not ended in time. Its disk stays. */
export async function stopMachine(host: MachineHost, instanceId: string, seconds = usualEndSeconds): Promise<void> {
  signalLeader(host, instanceId, powerOff);
  await within(seconds, () => machineState(host, instanceId) !== 'running' || undefined);
  await killMachine(host, instanceId);
}

/** Lets the machine boot again in order, or as after a power cut when it has not gone down in time. */
export async function rebootMachine(host: MachineHost, instanceId: string, seconds = usualEndSeconds): Promise<void> {
  const before = leaderOf(host, instanceId);
  signalLeader(host, instanceId, reboot);
  const isAsked = machineState(host, instanceId) === 'running';
  const wentDown = isAsked && (await within(seconds, () => leaderOf(host, instanceId) !== before || undefined));
  if (!wentDown || machineState(host, instanceId) !== 'running') {
    await killMachine(host, instanceId);
    const settings = await settingsOf(machineFolder(host, instanceId));
    if (!settings) throw new Error(`${instanceId} was never started.`);
    return startMachine(host, settings);
  }
  await running(host, instanceId);
}

/** A power cut: every process of the machine ends at once, its pods too. */
export async function killMachine(host: MachineHost, instanceId: string): Promise<void> {
  // The supervisor first, or it would start the machine again.
  await killGroup(supervisorGroup(host, instanceId));
  await killGroup(machineGroup(host, instanceId));
}

/** Kills the machine and removes its disk. Volumes stay, attached to nothing. */
export async function removeMachine(host: MachineHost, instanceId: string): Promise<void> {
  const place = machineFolder(host, instanceId);
  await killMachine(host, instanceId);
  await freeVolumesOf(host, instanceId);
  await unmountDisks((name) => name === machineName(host, instanceId));
  await rm(place.folder, { recursive: true, force: true });
  for (const group of [machineGroup(host, instanceId), supervisorGroup(host, instanceId)]) await removeGroup(group);
}

/** A hung machine: it answers nothing but what its kernel answers, and continues where it was when it is resumed. */
export function pauseMachine(host: MachineHost, instanceId: string): void {
  setFrozen(machineGroup(host, instanceId), true);
}

/** Resumes a paused machine. */
export function resumeMachine(host: MachineHost, instanceId: string): void {
  setFrozen(machineGroup(host, instanceId), false);
}

/** Between going down and coming up again a machine that reboots counts as running. */
export function machineState(host: MachineHost, instanceId: string): MachineState {
  if (isSupervised(host, instanceId)) return 'running';
  return existsSync(machineFolder(host, instanceId).settings) ? 'stopped' : 'absent';
}

/** Instance ids of the world's machines, running or not. */
export function machinesOf(host: MachineHost): readonly string[] {
  const folder = join(host.folder, 'machines');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((instanceId) => machineState(host, instanceId) !== 'absent')
    .sort();
}

async function prepareDisk(host: MachineHost, start: MachineStart): Promise<void> {
  const place = machineFolder(host, start.instanceId);
  for (const folder of [place.upper, place.work, place.root, place.containerd, place.kubelet, place.devices]) {
    await mkdir(folder, { recursive: true });
  }
  const settings = await settingsOf(place);
  // A disk stays over the image that it was made from, whatever new machines are made from by now.
  const layers = settings?.layers ?? [...(host.layers ?? []), host.baseImage].map((folder) => resolve(folder));
  const name = machineName(host, start.instanceId);
  if (!isMounted(name)) await mountDisk(name, { ...place, layers }, place.root);
  for (const { path, mode, content } of start.files) {
    const target = join(place.root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, Number.parseInt(mode, 8));
  }
  await rm(place.ended, { force: true });
  await writeFile(place.supervisor, supervise);
  // What was written to its disk is there already.
  await writeFile(`${place.settings}.new`, JSON.stringify({ ...start, files: [], layers } satisfies MachineSettings));
  await rename(`${place.settings}.new`, place.settings);
}

/** What a machine was made from and started with, to start it again. */
interface MachineSettings extends MachineStart {
  readonly layers: readonly string[];
}

async function settingsOf({ settings }: MachineFolder): Promise<MachineSettings | undefined> {
  return existsSync(settings) ? (JSON.parse(await readFile(settings, 'utf8')) as MachineSettings) : undefined;
}

/** Starts the supervisor, which outlives this process, and waits until it counts as the machine's. */
async function supervised(host: MachineHost, { instanceId, memoryKilobytes }: MachineStart): Promise<void> {
  const place = machineFolder(host, instanceId);
  const console = openSync(place.console, 'a');
  const parameters = [
    place.supervisor,
    place.folder,
    machineName(host, instanceId),
    String(memoryKilobytes),
    countingFolder(supervisorGroup(host, instanceId)),
    ...groupFolders(machineGroup(host, instanceId)),
  ];
  const supervisor = spawn('bash', parameters, { detached: true, stdio: ['ignore', console, console] });
  supervisor.unref();
  closeSync(console);
  const started = () => machineState(host, instanceId) === 'running' || existsSync(place.ended) || undefined;
  if (!(await within(startSeconds, started))) throw new Error(`${instanceId} has no supervisor: ${lastWords(place)}`);
}

async function running(host: MachineHost, instanceId: string): Promise<void> {
  const leader = await awaitLeader(host, instanceId, startSeconds);
  if (leader === undefined)
    throw new Error(`${instanceId} does not start: ${lastWords(machineFolder(host, instanceId))}`);
}

function signalLeader(host: MachineHost, instanceId: string, signal: number): void {
  const leader = readyLeaderOf(host, instanceId);
  if (leader === undefined) return;
  try {
    process.kill(leader, signal);
  } catch {
    // It ended by itself.
  }
}

function lastWords({ console }: MachineFolder): string {
  const text = existsSync(console) ? readFileSync(console, 'utf8').trim() : '';
  return text.split('\n').slice(-5).join('\n') || 'it said nothing.';
}
