import type { NodeView } from '../../shared/operations/listNodes.ts';
import type { RunRecord } from '../../shared/store/runs.ts';
import { required, wordsOf } from '../commandLine.ts';
import { CommandFailure, exitCodes, usageError } from '../exitCodes.ts';
import { describeRun, listClusters, listRuns } from '../runs.ts';
import { ask, type Target } from '../target.ts';
import { columns, timeText } from '../words.ts';
import { answer, type Command, type CommandContext } from './command.ts';
import { getKubeconfig } from './kubeconfig.ts';

type Listing = (context: CommandContext, target: Target, name: string | undefined) => Promise<void>;

/** `kubestep get clusters|runs|nodes|quotas|kubeconfig` */
export const get: Command = async (context) => {
  const { what, name } = wordsOf(context.commandLine, ['what', 'name']);
  const kind = required(context.commandLine, what, 'what to get');
  const listing = Object.hasOwn(listings, kind) ? listings[kind] : undefined;
  if (listing === undefined)
    throw usageError(`There are no "${kind}" to get. kubestep get takes ${Object.keys(listings).join(', ')}.`);
  if (kind === 'quotas') wordsOf(context.commandLine, ['what']);
  await listing(context, await context.target(), name);
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

const listings: Readonly<Record<string, Listing>> = {
  clusters: getClusters,
  runs: getRuns,
  nodes: getNodes,
  quotas: getQuotas,
  kubeconfig: getKubeconfig,
};

function table(
  context: CommandContext,
  values: readonly unknown[],
  none: string,
  rows: readonly (readonly string[])[],
): void {
  answer(context, values, () => (values.length === 0 ? [none] : columns(rows)));
}
