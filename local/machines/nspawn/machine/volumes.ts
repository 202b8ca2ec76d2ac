import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { succeed } from './command.ts';
import { type MachineHost, machineFolder, worldPrefix } from './host.ts';
import { awaitLeader, readyLeaderOf } from './leader.ts';
import { freeLoopDevices, type LoopDevice, loopDeviceFor } from './loopDevices.ts';

/** A volume at a machine. */
export interface VolumeAttachment {
  readonly instanceId: string;
  readonly volumeId: string;
  /** As in the request to EC2, such as /dev/xvdf. */
  readonly device: string;
  /** How large the volume becomes when it is not there yet. Its file takes only what is written. */
  readonly gibibytes: number;
}

const startingSeconds = 60;

/** Every volume's file, by its name, whatever folder it lies in. */
export const isVolumeOf = (worldId: string, file: string): boolean =>
  basename(file).startsWith(`${worldPrefix(worldId)}-vol-`);

/** Ensures that the volume is there and that the machine sees it as the device, now and after each of its boots. */
export async function attachVolume(host: MachineHost, attachment: VolumeAttachment): Promise<void> {
  const { instanceId, volumeId, device, gibibytes } = attachment;
  const file = await ensureVolume(host, volumeId, gibibytes);
  const { devices } = machineFolder(host, instanceId);
  const record = join(devices, deviceName(device));
  const other = existsSync(record) ? await readFile(record, 'utf8') : file;
  if (other !== file) throw new Error(`${device} of ${instanceId} is ${basename(other)} already.`);
  const loop = await loopDeviceFor(file);
  await mkdir(devices, { recursive: true });
  // The supervisor reads it at each boot: whole or not at all.
  await writeFile(join(dirname(devices), 'device.new'), file);
  await rename(join(dirname(devices), 'device.new'), record);
  await showDevice(host, attachment, loop);
}

/** Takes the volume from the machine. A process that has it mounted there keeps it until then, as on a machine that was not asked. */
export async function detachVolume(
  host: MachineHost,
  { instanceId, volumeId }: Pick<VolumeAttachment, 'instanceId' | 'volumeId'>,
): Promise<void> {
  const file = volumeFile(host, volumeId);
  const { devices } = machineFolder(host, instanceId);
  const leader = readyLeaderOf(host, instanceId);
  for (const name of attachedTo(host, instanceId).filter(
    (name) => readFileSync(join(devices, name), 'utf8') === file,
  )) {
    await rm(join(devices, name), { force: true });
    if (leader !== undefined) await rm(`/proc/${leader}/root/dev/${name}`, { force: true });
  }
  await freeLoopDevices((other) => other === file);
}

/** The volume and all that is on it are gone. */
export async function removeVolume(host: MachineHost, volumeId: string): Promise<void> {
  const file = volumeFile(host, volumeId);
  await freeLoopDevices((other) => other === file);
  await rm(file, { force: true });
}

/** Detaches every volume of a machine that does not run. */
export async function freeVolumesOf(host: MachineHost, instanceId: string): Promise<void> {
  const { devices } = machineFolder(host, instanceId);
  const files = attachedTo(host, instanceId).map((name) => readFileSync(join(devices, name), 'utf8'));
  await freeLoopDevices((file) => files.includes(file));
}

async function ensureVolume(host: MachineHost, volumeId: string, gibibytes: number): Promise<string> {
  const file = volumeFile(host, volumeId);
  if (existsSync(file)) return file;
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(`${file}.new`, 'w');
  await handle.truncate(gibibytes * 2 ** 30);
  await handle.close();
  await rename(`${file}.new`, file);
  return file;
}

function volumeFile(host: MachineHost, volumeId: string): string {
  if (!/^vol-[0-9a-f]{1,17}$/.test(volumeId)) throw new TypeError(`${JSON.stringify(volumeId)} is no volume id.`);
  return resolve(host.folder, 'volumes', `${worldPrefix(host.worldId)}-${volumeId}`);
}

function deviceName(device: string): string {
  if (!/^\/dev\/(xvd|sd)[a-z]{1,2}$/.test(device))
    throw new TypeError(`${JSON.stringify(device)} is no device of EC2.`);
  return basename(device);
}

function attachedTo(host: MachineHost, instanceId: string): readonly string[] {
  const { devices } = machineFolder(host, instanceId);
  return existsSync(devices) ? readdirSync(devices) : [];
}

/** A machine that runs gets the device now; one that does not, at its start. */
async function showDevice(
  host: MachineHost,
  { instanceId, volumeId, device }: VolumeAttachment,
  loop: LoopDevice,
): Promise<void> {
  const leader = await awaitLeader(host, instanceId, startingSeconds);
  if (leader === undefined) return;
  const devices = `/proc/${leader}/root/dev`;
  const node = join(devices, deviceName(device));
  if (!existsSync(node)) await succeed('mknod', ['-m', '0600', node, 'b', loop.major, loop.minor]);
  await mkdir(join(devices, 'disk', 'by-id'), { recursive: true });
  const link = join(devices, 'disk', 'by-id', linkName(volumeId));
  await rm(link, { force: true });
  await symlink(join('..', '..', deviceName(device)), link);
}

/** As udev links EBS volumes by their serial number (source: EC2 user guide, "Map Amazon EBS volumes to NVMe device names"). */
const linkName = (volumeId: string): string => `nvme-Amazon_Elastic_Block_Store_${volumeId.replace('-', '')}`;
