import { readFileSync } from 'node:fs';
import { succeed } from './command.ts';
import { within } from './waiting.ts';

/** A mount of this host, as the kernel lists it. */
export interface Mount {
  readonly source: string;
  readonly path: string;
}

/** Mounts end when the last process has left them, which the kernel may learn a moment later. */
const unmountSeconds = 10;

/** Every mount that this process sees. */
export function mounts(): readonly Mount[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [source = '', path = ''] = line.split(' ').map(plain);
      return { source, path };
    });
}

/** Whether a disk of this name is mounted. Names, because a path may lead through links that the kernel does not list. */
export const isMounted = (name: string): boolean => mounts().some(({ source }) => source === name);

/** A machine's disk: its own changes over layers that it shares with others, the uppermost first. */
export interface Disk {
  readonly layers: readonly string[];
  readonly upper: string;
  readonly work: string;
}

/** Options of the mount of an overlay. */
export function overlayOptions({ layers, upper, work }: Disk): string {
  for (const folder of [...layers, upper, work]) {
    if (/[,:\\]/.test(folder))
      throw new TypeError(`Machines cannot live in ${folder}: an overlay separates by , : and \\.`);
  }
  return `lowerdir=${layers.join(':')},upperdir=${upper},workdir=${work}`;
}

/** Mounts a disk. The mount is named after the machine. */
export async function mountDisk(name: string, disk: Disk, path: string): Promise<void> {
  await succeed('mount', ['-t', 'overlay', name, '-o', overlayOptions(disk), path]);
}

/** Ends the mounts whose names are ours; none is fine. */
export async function unmountDisks(isOurs: (name: string) => boolean): Promise<void> {
  let complaint: unknown;
  const gone = await within(unmountSeconds, async () => {
    const ours = mounts().filter(({ source }) => isOurs(source));
    if (ours.length === 0) return true;
    for (const { path } of ours) {
      await succeed('umount', [path]).catch((error: unknown) => {
        complaint = error;
      });
    }
    return undefined;
  });
  // Never continue: removing the folder would remove what is mounted there.
  if (!gone) throw complaint;
}

/** The kernel writes spaces and the like as octal numbers. */
const plain = (text: string): string =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
