import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ClusterRecord } from '../../shared/store/clusters.ts';
import { wordsOf } from '../commandLine.ts';
import { CommandFailure, type ExitCode, exitCodes, usageError } from '../exitCodes.ts';
import {
  builtKubectl,
  cleanMachines,
  doorOf,
  machinesHome,
  openServedMachines,
  prepareMachines,
  requireHost,
  startServing,
} from '../localMachines.ts';
import { followRun } from '../progress/followRun.ts';
import { listClusters, type RunName } from '../runs.ts';
import { readSpecFile } from '../specFile.ts';
import { failureLines, summaryOf } from '../summary/runSummary.ts';
import { ask, type Target } from '../target.ts';
import { ownTime } from '../time.ts';
import { durationText } from '../words.ts';
import type { Command, CommandContext } from './command.ts';
import { getKubeconfig } from './kubeconfig.ts';

/** `kubestep machines up | prepare | clean`: clusters of real processes on machines of this host. */
export const machines: Command = async (context) => {
  const { what } = wordsOf(context.commandLine, ['what']);
  if (what === 'up') return up(context);
  if (what === 'prepare') return prepareOnly(context);
  if (what === 'clean') return clean(context);
  throw usageError('kubestep machines takes up, prepare or clean.');
};

/** What is wanted, as far as it is looked at here; the API judges it. */
interface Wanted {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly kubernetesVersion: string };
}

function specOf({ commandLine, projectRoot }: CommandContext): Wanted & { readonly body: string } {
  const { body } = readSpecFile(commandLine.file ?? join(projectRoot, 'events', 'machinesCluster.yaml'));
  return { ...(parse(body) as Wanted), body };
}

/** Everything that takes long the first time, without a cluster. */
async function prepareOnly(context: CommandContext): Promise<ExitCode> {
  await requireHost(context.commandLine.install, context.projectRoot, context.output);
  await prepare(context, worldOf(context), specOf(context).spec.kubernetesVersion);
  return exitCodes.done;
}

async function up(context: CommandContext): Promise<ExitCode> {
  const { commandLine, output, projectRoot } = context;
  const folder = worldOf(context);
  const { metadata, spec, body } = specOf(context);
  output.line('Machines of this host: nothing leaves it. A spec from someone else is code from someone else.');
  await requireHost(commandLine.install, projectRoot, output);

  const began = ownTime.now();
  const served = await openServedMachines(folder);
  if (!served) await prepare(context, folder, spec.kubernetesVersion);
  const built = ownTime.now();
  const target = served ?? (await startServing(folder, projectRoot));
  const existing = (await listClusters(target)).find(({ name }) => name === metadata.name);
  if (existing?.status !== 'active') {
    const run = await ask<RunName>(target, { method: 'PUT', path: `/clusters/${metadata.name}`, body });
    const followed = await followRun(target, run, output);
    if (followed.description.status !== 'SUCCEEDED') {
      for (const line of failureLines(followed.description)) output.line(line);
      return exitCodes.runFailed;
    }
    for (const line of await summaryOf(target, followed)) output.line(line);
  }
  const file = await writeKubeconfig(context, target, metadata.name, folder);
  const kubectl = await builtKubectl(projectRoot, spec.kubernetesVersion);
  output.line();
  const { status } = spawnSync(kubectl, ['--kubeconfig', file, 'get', 'nodes', '--output', 'wide'], {
    stdio: 'inherit',
  });
  output.line();
  output.line(
    `${durationText(ownTime.now() - built)} from built components, ${durationText(ownTime.now() - began)} in all`,
  );
  for (const line of nextLines(kubectl, file, metadata.name, folder)) output.line(line);
  return status === 0 ? exitCodes.done : exitCodes.runFailed;
}

const worldOf = ({ commandLine }: CommandContext): string =>
  commandLine.world === '.kubestep/world' ? join(machinesHome, 'world') : commandLine.world;

async function prepare(
  { commandLine, output, projectRoot }: CommandContext,
  folder: string,
  version: string,
): Promise<void> {
  output.line('Components and images; what is built already is kept');
  await prepareMachines(folder, {
    kubernetes: [version],
    projectRoot,
    output,
    isPlainImage: commandLine.plainImage,
    hasAwsDelays: commandLine.awsDelays,
  });
}

/** A kubeconfig whose server is the port of this host that leads to the balancer. */
async function writeKubeconfig(context: CommandContext, target: Target, name: string, folder: string): Promise<string> {
  const { cluster } = await ask<{ cluster: ClusterRecord }>(target, { method: 'GET', path: `/clusters/${name}` });
  const balancer = new URL(cluster.endpoint ?? 'https://none').hostname;
  const server = await doorOf(folder, balancer);
  if (server === undefined) throw new CommandFailure(exitCodes.defect, `Nothing of this host leads to ${balancer}.`);
  const file = join(folder, `${name}.kubeconfig`);
  await getKubeconfig({ ...context, commandLine: { ...context.commandLine, server, out: file } }, target, name);
  return file;
}

const nextLines = (kubectl: string, file: string, name: string, folder: string): readonly string[] => [
  '',
  'Next',
  `  ${kubectl} --kubeconfig ${file} get pods --all-namespaces`,
  `  npx kubestep get nodes ${name} --world ${folder}`,
  `  npx kubestep delete ${name} --world ${folder}`,
  '  npx kubestep machines clean',
];

async function clean(context: CommandContext): Promise<ExitCode> {
  const found = await cleanMachines(worldOf(context));
  for (const line of found) context.output.line(`  ${line}`);
  context.output.line(found.length === 0 ? 'Nothing of ours was left on this host.' : `${found.length} removed.`);
  return exitCodes.done;
}
