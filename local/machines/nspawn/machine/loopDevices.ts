import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { succeed } from './command.ts';
import { within } from './waiting.ts';

/** A file that the kernel shows as a block device. */
export interface LoopDevice {
  /** Such as loop3. */
  readonly name: string;
  readonly file: string;
  readonly major: string;
  readonly minor: string;
  /** It goes when the last who uses it has gone; nobody may begin to use it. */
  readonly leaving: boolean;
}

const leavingSeconds = 10;

/** Every loop device in use. */
export function loopDevices(): readonly LoopDevice[] {
  return readdirSync('/sys/block')
    .filter((name) => existsSync(`/sys/block/${name}/loop/backing_file`))
    .flatMap((name) => {
      try {
        const read = (path: string) => readFileSync(`/sys/block/${name}/${path}`, 'utf8').trim();
        const [major = '', minor = ''] = read('dev').split(':');
        const file = read('loop/backing_file').replace(/ \(deleted\)$/, '');
        return [{ name, file, major, minor, leaving: read('loop/autoclear') === '1' }];
      } catch {
        return []; // It went while it was read.
      }
    });
}

/** Ensures a loop device for the file. */
export async function loopDeviceFor(file: string): Promise<LoopDevice> {
  const stays = await within(
    leavingSeconds,
    () => !loopDevices().some((loop) => loop.file === file && loop.leaving) || undefined,
  );
  if (!stays) throw new Error(`${file} is still in use by who had it before.`);
  if (!loopDevices().some((loop) => loop.file === file)) await succeed('losetup', ['--find', file]);
  const loop = loopDevices().find((device) => device.file === file);
  if (!loop) throw new Error(`${file} has no loop device.`);
  return loop;
}

/** Gives a file's loop devices back, at the latest when the last process that has one open has gone. */
export async function freeLoopDevices(isOurs: (file: string) => boolean): Promise<void> {
  for (const { name } of loopDevices().filter(({ file, leaving }) => isOurs(file) && !leaving)) {
    await succeed('losetup', ['--detach', `/dev/${name}`]);
  }
}
