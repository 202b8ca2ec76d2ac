import { join } from 'node:path';
import type { RunDescription } from '../shared/operations/describeRun.ts';
import type { NodeView } from '../shared/operations/listNodes.ts';
import { requestTo } from '../shared/operations/routes.ts';
import type { ClusterRecord } from '../shared/store/clusters.ts';
import { CommandFailure, type ExitCode, exitCodes } from './exitCodes.ts';
import { type LocalTarget, openLocalTarget } from './localTarget.ts';
import { type Output, processOutput } from './output.ts';
import { type FollowedRun, followRun } from './progress/followRun.ts';
import { isGoingOn, listClusters, listRuns, readStatus, resumeRun } from './runs.ts';
import { readSpecFile } from './specFile.ts';
import { failureLines, machineLines, summaryOf } from './summary/runSummary.ts';
import { ask, type RunName } from './target.ts';
import { timeText } from './words.ts';

/** The function that visibly dies on the way, so that a newcomer sees what a resume is. */
const dyingFunction = 'createSubnets';

/** `npm start`: a whole cluster on the embedded model, with a crash on the way; or what one can do with it once it is there. */
export async function start({ projectRoot }: { readonly projectRoot: string }): Promise<ExitCode> {
  const output = processOutput();
  const folder = join('.kubestep', 'world');
  try {
    const target = await openLocalTarget({ folder, projectRoot, dies: dyingFunction });
    try {
      return await createOrPrint(target, projectRoot, output);
    } finally {
      await target.close();
    }
  } catch (error) {
    output.error((error as Error).message);
    return error instanceof CommandFailure ? error.exitCode : exitCodes.defect;
  }
}

async function createOrPrint(target: LocalTarget, projectRoot: string, output: Output): Promise<ExitCode> {
  const [atWork] = await target.runsAtWork();
  if (atWork) return toTheEnd(target, atWork, projectRoot, output);

  const { name, body } = readSpecFile(join(projectRoot, 'events', 'createCluster.json'));
  const cluster = (await listClusters(target)).find((one) => one.name === name);
  if (cluster?.status === 'active') {
    await printWhatExists(target, cluster, output);
    return exitCodes.done;
  }
  if (cluster) return toTheEnd(target, await unfinishedRunOf(target, cluster), projectRoot, output);
  const run = await ask<RunName>(target, { ...requestTo('createCluster', { name }), body });
  return toTheEnd(target, run, projectRoot, output);
}

/** Follows the run, resumes it where it stops, and shows what a resume is worth. */
async function toTheEnd(target: LocalTarget, run: RunName, projectRoot: string, output: Output): Promise<ExitCode> {
  if (!isGoingOn(await readStatus(target, run))) await resumeRun(target, run);
  const first = await followRun(target, run, output);
  if (first.description.status === 'SUCCEEDED') return summarize(target, first, projectRoot, output);

  const { clusterId } = first.description.run;
  const before = await target.tagged(clusterId);
  for (const line of failureLines(first.description)) output.line(line);
  output.line();
  output.line(`The process of a Lambda has died there. This time kubestep does it for you: resume ${run.runId}`);
  await resumeRun(target, run);

  const second = await followRun(target, run, output);
  if (second.description.status === 'SUCCEEDED') {
    output.line();
    output.line(comparison(before, await target.tagged(clusterId), first.description));
  }
  const whole = { ...second, hereMilliseconds: first.hereMilliseconds + second.hereMilliseconds };
  return summarize(target, whole, projectRoot, output);
}

async function summarize(
  target: LocalTarget,
  followed: FollowedRun,
  projectRoot: string,
  output: Output,
): Promise<ExitCode> {
  for (const line of await summaryOf(target, followed, projectRoot)) output.line(line);
  return followed.description.status === 'SUCCEEDED' ? exitCodes.done : exitCodes.runFailed;
}

/** What a cluster has once; machines and their volumes come in groups. */
const singular = /^(vpc|subnet|internet-gateway|nat-gateway|elastic-ip|route-table|security-group|endpoint)\//;

type Tagged = ReadonlyMap<string, readonly string[]>;

/** Asks the model, not the product: what was there before the resume is still the same, and nothing is there twice. */
function comparison(before: Tagged, after: Tagged, { run }: RunDescription): string {
  const single = [...after].filter(([tag]) => singular.test(tag));
  const twice = single.filter(([, ids]) => ids.length > 1);
  const lost = [...before].filter(([tag, ids]) => ids.some((id) => !after.get(tag)?.includes(id)));
  const odd = [...twice, ...lost].map(([tag]) => tag);
  if (odd.length > 0)
    return `Checked ${run.clusterId} in EC2: these are there twice or have changed: ${odd.join(', ')}`;
  const [vpc = 'none'] = after.get('vpc/main') ?? [];
  const kept = [...before.values()].flat().length;
  return `Checked in EC2: same VPC (${vpc}), all ${kept} resources from before the crash kept, nothing created twice (${single.length} looked at)`;
}

async function unfinishedRunOf(target: LocalTarget, cluster: ClusterRecord): Promise<RunName> {
  const runs = await listRuns(target, cluster.name);
  const run = runs.findLast(({ ended }) => ended?.status !== 'SUCCEEDED');
  if (!run)
    throw new CommandFailure(
      exitCodes.defect,
      `Cluster ${cluster.name} is ${cluster.status}, and none of its runs is unfinished.`,
    );
  return { cluster: cluster.name, runId: run.runId };
}

async function printWhatExists(target: LocalTarget, { name, createdAt, endpoint }: ClusterRecord, output: Output) {
  const { nodes } = await ask<{ nodes: readonly NodeView[] }>(target, requestTo('listNodes', { name }));
  for (const line of [
    `Cluster ${name} has existed since ${timeText(createdAt)}`,
    ...machineLines(nodes),
    ...(endpoint === undefined ? [] : [`  ${endpoint}`]),
    '',
    'Next',
    `  kubestep get nodes ${name}`,
    '  kubestep plan -f events/secondCluster.yaml',
    '  kubestep create -f events/secondCluster.yaml',
    `  kubestep delete ${name}`,
  ])
    output.line(line);
}
