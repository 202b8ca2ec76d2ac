import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { NodeView } from '../../shared/operations/listNodes.ts';
import type { RunRecord } from '../../shared/store/runs.ts';
import { CommandFailure, exitCodes } from '../exitCodes.ts';
import { withOutput, withTarget } from '../options.ts';
import { describeRun, listClusters, listRuns } from '../runs.ts';
import { ask, type Target } from '../target.ts';
import { columns, timeText } from '../words.ts';
import { answer, type CommandContext, examples, type Run, type Verb } from './command.ts';
import { kubeconfigVerb } from './kubeconfig.ts';

/** `kubestep get clusters|runs|nodes|quotas|kubeconfig` */
export const getVerb: Verb = (run) =>
  new Command('get')
    .summary('list clusters, runs, machines or quotas, or get a kubeconfig')
    .description('Lists clusters, runs, machines or quotas, or gets a kubeconfig.')
    .usage('KIND [NAME] [options]')
    .addCommand(clustersVerb(run))
    .addCommand(runsVerb(run))
    .addCommand(nodesVerb(run))
    .addCommand(quotasVerb(run))
    .addCommand(kubeconfigVerb(run))
    .addHelpText('after', examples('kubestep get clusters', 'kubestep get nodes demo'));

const clustersVerb: Verb = (run) =>
  listing(
    new Command('clusters')
      .aliases(['cluster', 'cl'])
      .description('Lists the clusters of the deployment.')
      .argument('[NAME]', 'only this cluster')
      .addHelpText('after', examples('kubestep get clusters', 'kubestep get cluster demo'))
      .action((name, _, command) => run(command, work(getClusters, name))),
  );

const runsVerb: Verb = (run) =>
  listing(
    new Command('runs')
      .aliases(['run'])
      .description('Lists the runs of every cluster; with NAME those of one cluster, also of a deleted one.')
      .argument('[NAME]', 'only runs of this cluster')
      .addHelpText('after', examples('kubestep get runs', 'kubestep get runs demo'))
      .action((name, _, command) => run(command, work(getRuns, name))),
  );

const nodesVerb: Verb = (run) =>
  listing(
    new Command('nodes')
      .aliases(['node', 'no'])
      .description('Lists machines and what they reported last.')
      .argument('[NAME]', 'only machines of this cluster')
      .addHelpText('after', examples('kubestep get nodes demo', 'kubestep get nodes demo -o json'))
      .action((name, _, command) => run(command, work(getNodes, name))),
  );

const quotasVerb: Verb = (run) =>
  listing(
    new Command('quotas')
      .aliases(['quota'])
      .description('Lists the quotas that a cluster can run into.')
      .addHelpText('after', examples('kubestep get quotas'))
      .action((_, command) => run(command, work(getQuotas, undefined))),
  );

const listing = (verb: CommandUnknownOpts): CommandUnknownOpts => withOutput(withTarget(verb));

type Listing = (context: CommandContext, target: Target, name: string | undefined) => Promise<void>;

const work =
  (list: Listing, name: string | undefined): Parameters<Run>[1] =>
  async (context) => {
    await list(context, await context.target(), name);
    return exitCodes.done;
  };

const getClusters: Listing = async (context, target, name) => {
  const clusters = (await listClusters(target)).filter((cluster) => name === undefined || cluster.name === name);
  if (name !== undefined && clusters.length === 0)
    throw new CommandFailure(exitCodes.notFound, `There is no cluster ${name} in this deployment.`);
  table(context, clusters, 'There are no clusters. Make one: npx kubestep create -f events/createCluster.json', [
    ['NAME', 'STATUS', 'KUBERNETES', 'REGION', 'ENDPOINT', 'CREATED'],
    ...clusters.map(({ name, status, kubernetesVersion, region, endpoint = '', createdAt }) => [
      name,
      status,
      kubernetesVersion,
      region,
      endpoint,
      timeText(createdAt),
    ]),
  ]);
};

const getRuns: Listing = async (context, target, name) => {
  const runs = await listRuns(target, name);
  const statuses = await Promise.all(runs.map((run) => statusOf(target, run)));
  const listed = runs.map((run, index) => ({ ...run, status: statuses[index] ?? '' }));
  table(context, listed, 'There are no runs. Those of a deleted cluster: npx kubestep get runs NAME', [
    ['RUN', 'OPERATION', 'CLUSTER', 'STATUS', 'ASKED', 'BY'],
    ...listed.map(({ runId, operation, clusterName, status, requestedAt, requestedBy }) => [
      runId,
      operation,
      clusterName,
      status,
      timeText(requestedAt),
      requestedBy,
    ]),
  ]);
};

/** A record that says how its run ended needs no second look; a resumed one has none such. */
async function statusOf(target: Target, { clusterName, runId, ended }: RunRecord): Promise<string> {
  if (ended?.status === 'SUCCEEDED') return ended.status;
  return (await describeRun(target, { cluster: clusterName, runId })).status;
}

const getNodes: Listing = async (context, target, name) => {
  const names = name === undefined ? (await listClusters(target)).map((cluster) => cluster.name) : [name];
  const lists = await Promise.all(
    names.map(async (cluster) => {
      const path = `/clusters/${encodeURIComponent(cluster)}/nodes`;
      const { nodes } = await ask<{ nodes: readonly NodeView[] }>(target, { method: 'GET', path });
      return nodes.map((node) => ({ cluster, ...node }));
    }),
  );
  const nodes = lists.flat();
  table(context, nodes, 'There are no machines.', [
    ['CLUSTER', 'MACHINE', 'ROLE', 'SLOT OR GROUP', 'ZONE', 'ADDRESS', 'PHASE', 'CERTIFICATES UNTIL'],
    ...nodes.map((node) => [
      node.cluster,
      node.instanceId,
      node.role,
      node.slot ?? node.group ?? '',
      node.zone,
      node.address,
      progressOf(node),
      node.certificatesUntil === undefined ? '' : timeText(node.certificatesUntil),
    ]),
  ]);
};

/** What a person should know of a machine first: an alarm, a failure, what it waits for, how far it is. */
const progressOf = ({ alarm, failure, waitsFor, phase }: NodeView): string =>
  alarm ?? failure ?? (waitsFor === undefined ? undefined : `waits: ${waitsFor}`) ?? phase ?? 'booting';

/** Names in the Service Quotas console. */
const quotaNames: Readonly<Record<string, string>> = {
  'L-F678F1CE': 'VPCs per Region',
  'L-FE5A380F': 'NAT gateways per Availability Zone',
  'L-A4707A72': 'Internet gateways per Region',
  'L-93826ACB': 'Routes per route table',
  'L-DF5E4CA3': 'Network interfaces per Region',
  'L-0263D0A3': 'EC2-VPC Elastic IPs',
  'L-1216C47A': 'Running On-Demand Standard instances, vCPUs',
  'L-34B43A08': 'Standard Spot Instance Requests, vCPUs',
  'L-7A658B76': 'Storage of gp3 volumes, TiB',
  'L-69A177A2': 'Network Load Balancers per Region',
  'L-CDE20ADC': 'Auto Scaling groups per region',
};

const getQuotas: Listing = async (context, target) => {
  const { quotas } = await ask<{ quotas: Readonly<Record<string, number>> }>(target, {
    method: 'GET',
    path: '/quotas',
  });
  const listed = Object.entries(quotas).map(([code, value]) => ({ code, name: quotaNames[code] ?? code, value }));
  table(context, listed, 'No quotas are known.', [
    ['CODE', 'QUOTA', 'APPLIED'],
    ...listed.map(({ code, name, value }) => [code, name, String(value)]),
  ]);
};

function table(
  context: CommandContext,
  values: readonly unknown[],
  none: string,
  rows: readonly (readonly string[])[],
): void {
  answer(context, values, () => (values.length === 0 ? [none] : columns(rows)));
}
