import { findAddresses } from '../aws/addresses.ts';
import { findAutoScalingGroups } from '../aws/autoScalingGroups.ts';
import { templateVersion } from '../aws/launchTemplates.ts';
import { type Observed, observe } from '../aws/observe.ts';
import { findRouteTables } from '../aws/routeTables.ts';
import { findRules } from '../aws/securityGroupRules.ts';
import { findListeners } from '../aws/targetGroups.ts';
import type { Blueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { type PlannedResource, resourcesOf } from '../blueprint/resources.ts';
import type { ResourceName } from '../blueprint/tags.ts';
import { InvalidRequest } from '../errors.ts';
import { exportTerraform, type TerraformExport } from '../export/terraform/exportTerraform.ts';
import type { Observation } from '../export/terraform/observation.ts';
import { listTemplateVersions } from '../store/machines.ts';
import { type Membership, membershipOf } from '../store/membership.ts';

/** The cluster of this plan as Terraform's code, with the ids that AWS shows now. Nothing is changed. */
export async function exportedCluster(plan: Plan): Promise<TerraformExport> {
  const { blueprint } = plan;
  const membership = await membershipOf(blueprint.cluster.id);
  return withinAnswer(exportTerraform(plan, await observationOf(blueprint, membership)));
}

async function observationOf(blueprint: Blueprint, membership: Membership): Promise<Observation> {
  const clusterId = blueprint.cluster.id;
  const ids = idsOf(blueprint, membership, await observe(membership));
  await addListener(blueprint, ids);
  requireWhole(blueprint, ids);
  const idOf = (resource: ResourceName): string => ids.get(resource) ?? '';
  const [rules, routeTables, addresses, templates] = await Promise.all([
    findRules(blueprint.securityGroups.map(({ key }) => idOf(`security-group/${key}`))),
    findRouteTables(clusterId),
    findAddresses(clusterId),
    launchTemplates(blueprint, idOf),
  ]);
  const known = new Set(ids.values());
  return {
    ids,
    rules,
    routeTables: routeTables.filter(({ id }) => known.has(id)),
    natAddresses: Object.fromEntries(
      addresses.flatMap(({ id, key, publicAddress }) =>
        known.has(id) && publicAddress !== undefined ? [[key, publicAddress] as const] : [],
      ),
    ),
    templates,
  };
}

/**
 * By node group, the version that it launches; where that is one that others made, the newest of the cluster's own, so that the
 * other shows as a difference.
 */
async function launchTemplates(
  { cluster, nodeGroups }: Blueprint,
  idOf: (resource: ResourceName) => string,
): Promise<Observation['templates']> {
  const groups = await findAutoScalingGroups(cluster.id);
  const versions = nodeGroups.map(async ({ name, groupName }) => {
    const own = await listTemplateVersions(cluster.id, groupName);
    const launched = groups.find(({ key }) => key === name)?.templateVersion;
    const version = own.find((one) => one === launched) ?? own.at(-1);
    if (version === undefined) throw new Error(`No version of the launch template of ${groupName} is stored`);
    const found = await templateVersion({ templateId: idOf(`launch-template/${name}`), version });
    return [name, { ...found, version }] as const;
  });
  return Object.fromEntries(await Promise.all(versions));
}

/** Ids of what the blueprint names and the cluster owns, subnets of somebody else's VPC among them. */
function idsOf(blueprint: Blueprint, membership: Membership, observed: readonly Observed[]): Map<ResourceName, string> {
  const ours = observed.filter(({ isOurs }) => isOurs);
  const ids = new Map<ResourceName, string>();
  for (const { key, existingSubnetId } of blueprint.subnets)
    if (existingSubnetId !== undefined) ids.set(`subnet/${key}`, existingSubnetId);
  for (const planned of resourcesOf(blueprint)) {
    const found = ours.filter((one) => one.kind === planned.kind && isNamed(one, planned));
    const resource: ResourceName = `${planned.kind}/${planned.key}`;
    // Of several, such as a NAT gateway that failed and the one in its place, the stored one counts.
    const stored = membership.known.idOf(resource);
    const one = found.find(({ id }) => stored?.endsWith(id)) ?? found[0];
    if (one) ids.set(resource, one.id);
  }
  return ids;
}

/** By the blueprint's key where a tag says it, else by the name in AWS. */
const isNamed = ({ key, id }: Observed, planned: PlannedResource): boolean =>
  key === planned.key || key === planned.name || id === planned.name;

async function addListener({ loadBalancer }: Blueprint, ids: Map<ResourceName, string>): Promise<void> {
  const balancerArn = ids.get(`load-balancer/${loadBalancer.key}`);
  if (balancerArn === undefined) return;
  const listener = (await findListeners(balancerArn)).find(({ port }) => port === loadBalancer.listenerPort);
  if (listener) ids.set(`listener/${loadBalancer.key}`, listener.arn);
}

/** What other resources name must be there: Terraform would make another, which no workflow knows. Machines are not exported. */
function requireWhole(blueprint: Blueprint, ids: ReadonlyMap<ResourceName, string>): void {
  const missing = resourcesOf(blueprint)
    .filter(({ kind, key }) => kind !== 'instance' && !ids.has(`${kind}/${key}`))
    .map(({ kind, key }) => `${kind}/${key}`);
  if (missing.length === 0) return;
  throw new InvalidRequest(
    `${blueprint.cluster.name} cannot be exported: AWS does not show ${missing.join(', ')} of it, and Terraform would create what no workflow knows. ` +
      'Wait until its creation has succeeded; resume it if it failed.',
  );
}

/** Lambda answers at most 6 MB, as text in JSON again (source: Lambda quotas, "Invocation payload"). */
const answerBytes = 5_000_000;

function withinAnswer(exported: TerraformExport): TerraformExport {
  const bytes = Buffer.byteLength(JSON.stringify(JSON.stringify(exported)));
  if (bytes <= answerBytes) return exported;
  throw new InvalidRequest(
    `The export has ${bytes} bytes, and Lambda answers no more than ${answerBytes}. Please report it: no spec that is accepted should lead there.`,
  );
}
