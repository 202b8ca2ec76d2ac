import { spawn, spawnSync } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailure, exitCodes } from './exitCodes.ts';
import { openServedWorld } from './localTarget.ts';
import type { Output } from './output.ts';
import type { Target } from './target.ts';
import { ownTime } from './time.ts';

const servedWithinMilliseconds = 60_000;

/** Where machines of this host have their world, their components and their images. */
export const machinesHome = join('.kubestep', 'machines');

/** The target that another process of this host serves; undefined where none does, or where machines are the model's. */
export async function openServedMachines(folder: string): Promise<Target | undefined> {
  const { machineSourcesOf } = await import('../local/world/machineSources.ts');
  return machineSourcesOf(folder) ? openServedWorld(folder) : undefined;
}

/** What machines need of this host; throws with the line that installs it, or runs it where that was asked for. */
export async function requireHost(install: boolean, projectRoot: string, output: Output): Promise<void> {
  const { installLine, missingNeeds, raiseHostLimits } = await import('../local/machines/nspawn/preflight.ts');
  const missing = [...missingNeeds(), ...(await missingToBuild(projectRoot))];
  const line = installLine(missing);
  if (missing.length > 0 && install && line !== undefined) {
    output.line(`apt-get update && ${line}`);
    spawnSync('sh', ['-c', `apt-get update && ${line}`], { stdio: 'inherit' });
    return requireHost(false, projectRoot, output);
  }
  if (missing.length > 0) {
    const needs = missing.map(({ what }) => what).join(', ');
    const remedy = line === undefined ? '' : `\nInstall what packages can give, or say --install:\n  ${line}`;
    throw new CommandFailure(exitCodes.invalid, `Machines of this host need ${needs}.${remedy}`);
  }
  raiseHostLimits();
}

/** What is built is built once. */
async function missingToBuild(projectRoot: string): Promise<readonly { what: string; package: string }[]> {
  if (existsSync(join(projectRoot, machinesHome, 'assets', 'catalogue.json'))) return [];
  const { missingPackages } = await import('../local/machines/assets/buildNeeds.ts');
  return missingPackages().map((name) => ({ what: `the package ${name}`, package: name }));
}

export interface MachinesWanted {
  /** Versions of Kubernetes. */
  readonly kubernetes: readonly string[];
  readonly projectRoot: string;
  readonly output: Output;
  /** Components are fetched, as on a cloud's stock image; otherwise the machines' image has them, as one that a team baked. */
  readonly isPlainImage: boolean;
  /** AWS takes the time that it takes; otherwise it answers at once. */
  readonly hasAwsDelays: boolean;
}

/** Builds what is missing and says of the world what its machines are made of. */
export async function prepareMachines(folder: string, wanted: MachinesWanted): Promise<void> {
  const { prepareAssets } = await import('../local/machines/assets/prepareAssets.ts');
  const { ensureBakedLayer } = await import('../local/machines/assets/bakedLayer.ts');
  const { ensureBaseImage } = await import('../local/machines/nspawn/image/baseImage.ts');
  const { writeMachineSources } = await import('../local/world/machineSources.ts');
  const { packageTemplate } = await import('../local/deployment/packageTemplate.ts');
  const { kubernetes, projectRoot, output, isPlainImage, hasAwsDelays } = wanted;
  const progress = (line: string) => output.line(`  ${line}`);
  const home = join(projectRoot, machinesHome);
  const assetsFolder = join(home, 'assets');
  const assets = await prepareAssets({ folder: assetsFolder, kubernetes: [...kubernetes], projectRoot, progress });
  const baseImage = await ensureBaseImage(join(home, 'image'), progress);
  // Kept too, until the stack changes.
  await packageTemplate(projectRoot);
  const layers = isPlainImage ? [] : [await ensureBakedLayer(join(home, 'image'), { assetsFolder, assets, baseImage })];
  writeMachineSources(folder, { assets: assetsFolder, baseImage, layers, pace: hasAwsDelays ? 'aws' : 'host' });
}

/** Starts the process that owns the world, which outlives this one. */
export async function startServing(folder: string, projectRoot: string): Promise<Target> {
  const log = join(folder, 'serve.log');
  const descriptor = openSync(log, 'a');
  const words = [join(projectRoot, 'cli', 'kubestep.mjs'), 'serve', '--until-empty', '--world', folder];
  const server = spawn(process.execPath, words, { detached: true, stdio: ['ignore', descriptor, descriptor] });
  server.unref();
  const deadline = ownTime.now() + servedWithinMilliseconds;
  while (ownTime.now() < deadline && server.exitCode === null) {
    const target = await openServedMachines(folder);
    if (target) return target;
    await ownTime.pause(200);
  }
  throw new CommandFailure(exitCodes.defect, `The local world in ${folder} did not start:\n${lastLines(log)}`);
}

const lastLines = (file: string): string => readFileSync(file, 'utf8').trim().split('\n').slice(-10).join('\n');

/** The address of this host at which the API behind a balancer is reached. */
export async function doorOf(folder: string, balancerName: string): Promise<string | undefined> {
  const { doorsIn } = await import('../local/machines/nspawn/hostForwards.ts');
  const port = doorsIn(folder)[balancerName.toLowerCase()];
  return port === undefined ? undefined : `https://127.0.0.1:${port}`;
}

/** The kubectl that was built here. */
export async function builtKubectl(projectRoot: string, version: string): Promise<string> {
  const { assetFolder } = await import('../local/machines/assets/catalogue.ts');
  return join(assetFolder(join(projectRoot, machinesHome, 'assets'), { name: 'kubectl', version }), 'kubectl');
}

/** Ends the world's process and removes everything of it from this host, and nothing else. Returns what was there. */
export async function cleanMachines(folder: string): Promise<readonly string[]> {
  const { cleanMachinesWorld } = await import('../local/world/cleanMachinesWorld.ts');
  return cleanMachinesWorld(folder).catch((error: Error) => {
    throw error.name === 'UnsafeFolder'
      ? new CommandFailure(exitCodes.invalid, error.message, { cause: error })
      : error;
  });
}
