import { createHash } from 'node:crypto';
import type { PrimaryInterface } from '../aws/machineFacts.ts';
import { ensurePodRoute, findPodRouteTables, routeQuotaReached } from '../aws/podRoutes.ts';
import { quotas } from '../awsLimits.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { freeRange, rangeCount } from '../network/routedRanges.ts';
import { listPodRanges, type PodRange, readPodRange, takePodRange } from '../store/podRanges.ts';
import { together } from '../together.ts';

/** There is no range, or no route, for this node. The machine reports why: a person must act. */
export class NoPodRange extends Error {
  override readonly name = 'NoPodRange';
}

/** Others may take what was free a moment ago; each try sees what they took. */
const maxTries = 10;

/** The range of the node's pods: the one that it has, or a free one that is its own from now on. */
export async function ensurePodRange(
  { facts, blueprint: { kubernetes } }: Plan,
  instanceId: string,
  { networkInterfaceId }: PrimaryInterface,
): Promise<PodRange> {
  const { clusterId } = facts;
  for (let tries = 0; tries < maxTries; tries += 1) {
    const own = await readPodRange(instanceId);
    if (own !== undefined) return own;
    const taken = new Set((await listPodRanges(clusterId)).map(({ range }) => range));
    const range = freeRange(kubernetes, taken, startFor(instanceId));
    if (range === undefined) throw new NoPodRange(noneLeft(clusterId, kubernetes));
    const podRange = { clusterId, range, instanceId, networkInterfaceId };
    if (await takePodRange(podRange)) return podRange;
  }
  throw new Error(`Other nodes took every pod range that ${instanceId} tried; it will try again`);
}

/** Spreads nodes that boot together over the ranges. */
const startFor = (instanceId: string): number => createHash('sha256').update(instanceId).digest().readUInt32BE();

const noneLeft = (clusterId: string, kubernetes: Blueprint['kubernetes']): string =>
  `Every pod range of ${clusterId} is taken: spec.network.podCIDR ${kubernetes.podCIDR} has room for ${rangeCount(kubernetes)} nodes. ` +
  'Lower the max of the node groups, or create a cluster with a wider range.';

/** Ensures the routes to the node's pods in every table that machines of the cluster obey. */
export async function routePodRange({ facts, blueprint }: Plan, podRange: PodRange): Promise<void> {
  const wanted = tablesOfMachines(blueprint);
  if (wanted.length === 0) {
    throw new NoPodRange(
      `${facts.clusterId} is in a VPC whose route tables kubestep does not own. Set spec.network.plugin to flannel.`,
    );
  }
  const tables = (await findPodRouteTables(facts.clusterId)).filter(({ key }) => wanted.includes(key));
  if (tables.length < wanted.length)
    throw new Error(`Of ${wanted.length} route tables of ${facts.clusterId}, EC2 shows ${tables.length}`);
  try {
    await together(tables, (table) => ensurePodRoute(table, podRange));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== routeQuotaReached) throw error;
    throw new NoPodRange(await noRouteLeft(facts), { cause: error });
  }
}

/** Keys of the tables of subnets that have machines: no other subnet needs routes to pods. */
function tablesOfMachines({ routeTables, slots, nodeGroups }: Blueprint): readonly string[] {
  const subnets = new Set([
    ...slots.map(({ subnetKey }) => subnetKey),
    ...nodeGroups.flatMap(({ subnetKeys }) => subnetKeys),
  ]);
  return routeTables.filter(({ subnetKeys }) => subnetKeys.some((key) => subnets.has(key))).map(({ key }) => key);
}

async function noRouteLeft({ clusterId, region, quotas: applied }: Plan['facts']): Promise<string> {
  const nodes = (await listPodRanges(clusterId)).length;
  const quota = applied[quotas.routesPerTable.code] ?? 'unknown';
  return (
    `${clusterId} needs routes for ${nodes} nodes and a route table can hold no more: the quota Routes per route table was ${quota} ` +
    `when the cluster was planned. Raise it: aws service-quotas request-service-quota-increase --region ${region} ` +
    `--service-code vpc --quota-code ${quotas.routesPerTable.code} --desired-value ${nodes + 50}. Or lower the max of the node groups.`
  );
}
