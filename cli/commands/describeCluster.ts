import { Command } from '@commander-js/extra-typings';
import type { Plan } from '../../shared/blueprint/plan.ts';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import { requestTo } from '../../shared/operations/routes.ts';
import type { ClusterRecord } from '../../shared/store/clusters.ts';
import type { Lock } from '../../shared/store/lock.ts';
import { type ClusterStatus, clusterStatus, type MachineStatus } from '../cluster/clusterStatus.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { canBeResumed, listRuns, statusOf } from '../runs.ts';
import { ask, type Target } from '../target.ts';
import { clusterView, listedRunView } from '../views.ts';
import { columns, oneLine, timeText } from '../words.ts';
import { answer, type CommandContext, examples, type Verb } from './command.ts';

/** `kubestep describe cluster NAME` */
export const describeClusterVerb: Verb = (run) => {
  const verb = new Command('cluster')
    .summary('a cluster and whether it is ready')
    .description(
      `Shows a cluster: its state, its machines by zone as they reported, its last run. Exits with ${exitCodes.notReady} where it is not ready. -o yaml adds its spec with every default.`,
    )
    .argument('<NAME>', 'the name of the cluster')
    .addHelpText(
      'after',
      examples('kubestep describe cluster demo', 'kubestep describe cluster demo -o json | jq .spec'),
    )
    .action((name, _, command) => run(command, (context) => describeCluster(context, name)));
  return withOutput(withTarget(verb));
};

async function describeCluster(context: CommandContext, name: string): Promise<ExitCode> {
  const known = await readCluster(await context.target(), name);
  const status = clusterStatus({ ...known, blueprint: known.plan.blueprint });
  answer(context, view(known, status), () => lines(known, status));
  return status.problems.length === 0 ? exitCodes.done : exitCodes.notReady;
}

type Known = Awaited<ReturnType<typeof readCluster>>;

async function readCluster(target: Target, name: string) {
  // First, because the cluster's own route gives the best error for an unknown name.
  const { cluster, lock } = await ask<{ cluster: ClusterRecord; lock: Lock }>(
    target,
    requestTo('getCluster', { name }),
  );
  const [{ nodes }, { plan }, runs] = await Promise.all([
    ask<{ nodes: readonly NodeView[] }>(target, requestTo('listNodes', { name })),
    ask<{ plan: Plan }>(target, requestTo('getPlan', { name })),
    listRuns(target, name),
  ]);
  const last = runs.filter(({ clusterId }) => clusterId === cluster.clusterId).at(-1);
  const lastRun = last && listedRunView(last, await statusOf(target, last));
  return { cluster, lock, nodes, plan, lastRun };
}

/** A cluster with its state, for scripts. */
const view = ({ cluster, lock, plan, lastRun }: Known, { machines, problems, certificatesUntil }: ClusterStatus) => ({
  ...clusterView(cluster),
  ready: problems.length === 0,
  problems,
  certificatesUntil,
  lockedBy: lock.holder?.runId,
  lastRun: lastRun && { ...lastRun, resumable: canBeResumed(lastRun) },
  machines: machines.map(({ name, zone, node, isReady }) => ({ name, zone, ready: isReady, ...node })),
  spec: plan.spec,
});

function lines({ cluster, lock, lastRun }: Known, { machines, problems, certificatesUntil }: ClusterStatus): string[] {
  return [
    `Cluster       ${cluster.name} (${cluster.clusterId}), ${cluster.environment}, ${cluster.region}`,
    `State         ${cluster.status}, ${problems.length === 0 ? 'ready' : 'not ready'}`,
    `Kubernetes    ${cluster.kubernetesVersion}`,
    `Endpoint      ${cluster.endpoint ?? 'none yet'}`,
    `Created       ${timeText(cluster.createdAt)}`,
    `Protected     ${cluster.deletionProtection ? 'yes, against deletion' : 'no'}`,
    `Certificates  ${certificatesUntil === undefined ? 'none reported yet' : `the first ends ${timeText(certificatesUntil)} unless it is renewed`}`,
    ...(lock.holder ? [`Locked by     ${lock.holder.runId}, since ${timeText(lock.holder.since)}`] : []),
    ...(lastRun ? [`Last run      ${lastRun.runId}, ${lastRun.status}${remedyOf(lastRun)}`] : []),
    '',
    ...columns([['ZONE', 'READY', 'MACHINES'], ...zoneRows(machines)]),
    ...(problems.length === 0 ? [] : ['', 'Not ready', ...problems.map((problem) => `  ${oneLine(problem)}`)]),
  ];
}

const remedyOf = (run: { readonly runId: string; readonly status: string }): string =>
  canBeResumed(run) ? `; continue it: kubestep resume ${run.runId}` : '';

function zoneRows(machines: readonly MachineStatus[]): string[][] {
  const zones = [...new Set(machines.map(({ zone }) => zone))].sort();
  return zones.map((zone) => {
    const here = machines.filter((machine) => machine.zone === zone);
    const ready = here.filter(({ isReady }) => isReady).length;
    const names = [...new Set(here.map(({ name }) => name))].map((name) => {
      const count = here.filter((machine) => machine.name === name).length;
      return count === 1 ? name : `${name} ×${count}`;
    });
    return [zone, `${ready}/${here.length}`, names.join(', ')];
  });
}
