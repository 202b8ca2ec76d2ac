import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { succeed, withLock } from '../machine/command.ts';
import { imageFiles, imageLinks } from './imageFiles.ts';
import { leftOut, packages, suite } from './packages.ts';

/** Packages are fetched from afar: minutes on a slow line. */
const buildLimitSeconds = 1800;

const unfinishedMark = '.unfinished-';

/** The name of the image that these packages and files make: another list is another image. */
export function imageName(): string {
  const content = JSON.stringify([suite, packages, leftOut, imageFiles, imageLinks]);
  return `base-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
}

/**
 * Ensures the root file system that all machines share, and returns its folder. It is built once, beside its place, so a
 * build that was cut off leaves nothing that counts as an image. Machines are based on it: nothing may change in it.
 */
export async function ensureBaseImage(folder: string, progress: (line: string) => void): Promise<string> {
  const image = resolve(folder, imageName());
  if (existsSync(image)) return image;
  await mkdir(folder, { recursive: true });
  return withLock(join(folder, 'image.lock'), async () => {
    if (existsSync(image)) return image;
    for (const name of (await readdir(folder)).filter((name) => name.includes(unfinishedMark))) {
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    }
    const unfinished = await mkdtemp(`${image}${unfinishedMark}`);
    progress(`Building the machines' image from Debian ${suite}: ${packages.length} packages, about a minute`);
    await installPackages(unfinished);
    for (const { path, mode, content } of imageFiles) await place(join(unfinished, path), mode, content);
    for (const [path, target] of Object.entries(imageLinks)) await link(join(unfinished, path), target);
    await chmod(unfinished, 0o755);
    await rename(unfinished, image);
    progress(`The machines' image is ${image}`);
    return image;
  });
}

async function installPackages(root: string): Promise<void> {
  const parameters = [
    '--variant=minbase',
    '--mode=root',
    '--quiet',
    '--aptopt=APT::Install-Recommends "false"',
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    `--include=${packages.join(',')}`,
    suite,
    root,
  ];
  // Mounts and processes of its own: nobody else keeps them busy, and they are gone with this process, however it ends.
  const alone = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  await succeed('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...alone, 'mmdebstrap', ...parameters], {
    timeoutSeconds: buildLimitSeconds,
  });
}

async function place(path: string, mode: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Debian's own file may be a link that leads elsewhere.
  await rm(path, { force: true });
  await writeFile(path, content);
  await chmod(path, Number.parseInt(mode, 8));
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}
