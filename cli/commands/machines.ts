import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { parse } from 'yaml';
import { requestTo } from '../../shared/operations/routes.ts';
import type { ClusterRecord } from '../../shared/store/clusters.ts';
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
import { withWorldFolder } from '../options.ts';
import { followRun } from '../progress/followRun.ts';
import { listClusters } from '../runs.ts';
import { readSpecFile } from '../specFile.ts';
import { failureLines, summaryOf } from '../summary/runSummary.ts';
import { ask, type RunName, type Target } from '../target.ts';
import { ownTime } from '../time.ts';
import { durationText } from '../words.ts';
import { type CommandContext, examples, type Verb } from './command.ts';
import { getKubeconfig } from './kubeconfig.ts';

/** `kubestep machines up | prepare | clean`: clusters of real processes on machines of this host. */
export const machinesVerb: Verb = (run) =>
  new Command('machines')
    .summary('run a cluster of real processes on this host')
    .description(
      'Runs a cluster of real processes on machines of this host: systemd-nspawn with real etcd and Kubernetes, driven by the same workflows. Needs Linux, root and Go; a spec from someone else is code from someone else.',
    )
    .addCommand(upVerb(run))
    .addCommand(prepareVerb(run))
    .addCommand(cleanVerb(run))
    .addHelpText('after', examples('kubestep machines up', 'kubestep machines clean'));

const standardWorld = join(machinesHome, 'world');
const fileText = 'the spec of the cluster (default events/machinesCluster.yaml)';
const installText = 'install the packages of this host that are missing';
const plainImageText =
  'machines fetch every component from the bucket, as on a stock image; otherwise their image has them';
const awsDelaysText =
  'AWS takes as long as it does at the median, one master starts 90 s late and the Node API answers slowly';

const upVerb: Verb = (run) =>
  withWorldFolder(
    new Command('up')
      .description('Creates the cluster; builds what is missing.')
      .option('-f, --file <FILE>', fileText)
      .option('--install', installText)
      .option('--plain-image', plainImageText)
      .option('--aws-delays', awsDelaysText)
      .addHelpText('after', examples('kubestep machines up', 'kubestep delete local --world .kubestep/machines/world'))
      .action((options, command) => run(command, (context) => up(context, options))),
    standardWorld,
  );

const prepareVerb: Verb = (run) =>
  withWorldFolder(
    new Command('prepare')
      .description('Builds components and images, without a cluster.')
      .option('-f, --file <FILE>', fileText)
      .option('--install', installText)
      .option('--plain-image', plainImageText)
      .option('--aws-delays', awsDelaysText)
      .addHelpText('after', examples('kubestep machines prepare'))
      .action((options, command) => run(command, (context) => prepareOnly(context, options))),
    standardWorld,
  );

const cleanVerb: Verb = (run) =>
  withWorldFolder(
    new Command('clean')
      .description('Ends the machines and removes everything of theirs from this host.')
      .addHelpText('after', examples('kubestep machines clean'))
      .action((_, command) => run(command, clean)),
    standardWorld,
  );

interface MachinesOptions {
  readonly file?: string | undefined;
  readonly install?: boolean | undefined;
  readonly plainImage?: boolean | undefined;
  readonly awsDelays?: boolean | undefined;
}

/** What is wanted, as far as it is looked at here; the API judges it. */
interface Wanted {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly kubernetesVersion: string };
}

function specOf({ projectRoot }: CommandContext, { file }: MachinesOptions): Wanted & { readonly body: string } {
  if (!existsSync(join(projectRoot, 'local')))
    throw usageError(
      'Components of machines are built from the sources of kubestep: machines works in a clone of them.',
    );
  const { body } = readSpecFile(file ?? join(projectRoot, 'events', 'machinesCluster.yaml'));
  return { ...(parse(body) as Wanted), body };
}

/** Everything that takes long the first time, without a cluster. */
async function prepareOnly(context: CommandContext, options: MachinesOptions): Promise<ExitCode> {
  await requireHost(options.install ?? false, context.projectRoot, context.output);
  await prepare(context, options, specOf(context, options).spec.kubernetesVersion);
  return exitCodes.done;
}

async function up(context: CommandContext, options: MachinesOptions): Promise<ExitCode> {
  const { output, projectRoot } = context;
  const folder = worldOf(context);
  const { metadata, spec, body } = specOf(context, options);
  output.line('Machines of this host: nothing leaves it. A spec from someone else is code from someone else.');
  await requireHost(options.install ?? false, projectRoot, output);

  const began = ownTime.now();
  const served = await openServedMachines(folder);
  if (!served) await prepare(context, options, spec.kubernetesVersion);
  const built = ownTime.now();
  const target = served ?? (await startServing(folder, projectRoot));
  const existing = (await listClusters(target)).find(({ name }) => name === metadata.name);
  if (existing?.status !== 'active') {
    const run = await ask<RunName>(target, { ...requestTo('createCluster', { name: metadata.name }), body });
    const followed = await followRun(target, run, output);
    if (followed.description.status !== 'SUCCEEDED') {
      for (const line of failureLines(followed.description)) output.line(line);
      return exitCodes.runFailed;
    }
    for (const line of await summaryOf(target, followed, projectRoot)) output.line(line);
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

const worldOf = ({ where }: CommandContext): string => (where.kind === 'local' ? where.world : standardWorld);

async function prepare(
  context: CommandContext,
  { plainImage = false, awsDelays = false }: MachinesOptions,
  version: string,
): Promise<void> {
  const { output, projectRoot } = context;
  output.line('Components and images; what is built already is kept');
  await prepareMachines(worldOf(context), {
    kubernetes: [version],
    projectRoot,
    output,
    isPlainImage: plainImage,
    hasAwsDelays: awsDelays,
  });
}

/** A kubeconfig whose server is the port of this host that leads to the balancer. */
async function writeKubeconfig(context: CommandContext, target: Target, name: string, folder: string): Promise<string> {
  const { cluster } = await ask<{ cluster: ClusterRecord }>(target, requestTo('getCluster', { name }));
  const balancer = new URL(cluster.endpoint ?? 'https://none').hostname;
  const server = await doorOf(folder, balancer);
  if (server === undefined) throw new CommandFailure(exitCodes.defect, `No local port forwards to ${balancer}.`);
  const file = join(folder, `${name}.kubeconfig`);
  await getKubeconfig(context, target, { name, server, out: file });
  return file;
}

const nextLines = (kubectl: string, file: string, name: string, folder: string): readonly string[] => [
  '',
  'Next',
  `  ${kubectl} --kubeconfig ${file} get pods --all-namespaces`,
  `  kubestep get nodes ${name} --world ${folder}`,
  `  kubestep delete ${name} --world ${folder}`,
  '  kubestep machines clean',
];

async function clean(context: CommandContext): Promise<ExitCode> {
  const found = await cleanMachines(worldOf(context));
  for (const line of found) context.output.line(`  ${line}`);
  context.output.line(found.length === 0 ? 'Nothing of ours was left on this host.' : `${found.length} removed.`);
  return exitCodes.done;
}
