import { readGroupMembership, readInstance, readRoleId } from '../aws/machineFacts.ts';
import type { MachineRole, RoleBlueprint, SlotBlueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { readCluster } from '../store/clusters.ts';
import { listSlots, type MachineIdentity, readIdentity, readSlot, writeIdentity } from '../store/machines.ts';
import { readPlan } from '../store/plans.ts';
import type { Caller } from './caller.ts';

/** The caller is not who it would have to be. Why is for our log: the caller is told nothing. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A machine that is who it says, and what its cluster is meant to be. */
export interface IdentifiedMachine {
  readonly identity: MachineIdentity;
  readonly plan: Plan;
  readonly slot: SlotBlueprint | undefined;
}

/**
 * Who the caller is: its role by unique id, its instance by the session's name, its place by what we launched or what Auto
 * Scaling says. Tags prove nothing. What was established at first contact is stored, because DescribeInstances allows 20 calls
 * a second for the whole account; `anew` asks AWS again.
 */
export async function identify(caller: Caller, { anew }: { readonly anew: boolean }): Promise<IdentifiedMachine> {
  const stored = await readIdentity(caller.instanceId);
  if (stored !== undefined && stored.roleId !== caller.roleId) throw new Refused('another role than at first contact');
  const identity = stored === undefined || anew ? await establish(caller) : stored;
  const plan = await readPlan(identity.planHash);
  if (identity.slotKey === undefined) return { identity, plan, slot: undefined };

  const { instanceId } = await readSlot(identity.clusterId, identity.slotKey);
  if (instanceId !== identity.instanceId) throw new Refused('its slot has another instance by now');
  return { identity, plan, slot: plan.blueprint.slots.find(({ key }) => key === identity.slotKey) };
}

async function establish(caller: Caller): Promise<MachineIdentity> {
  const { clusterName, plan, role } = await clusterOf(caller);
  // EC2 first: it is what throttles, and a machine that comes again should not have asked IAM in vain.
  const instance = await readInstance(caller.instanceId);
  if (instance?.state !== 'running') throw new Refused(`its instance is ${instance?.state ?? 'unknown'}`);
  if ((await readRoleId(caller.roleName)) !== caller.roleId) throw new Refused('its role is no longer the cluster’s');

  const identity: MachineIdentity = {
    instanceId: caller.instanceId,
    clusterId: plan.facts.clusterId,
    clusterName,
    role: role.key,
    roleId: caller.roleId,
    ...(await placeOf(caller.instanceId, role.key, plan)),
    zone: instance.zone,
    address: instance.address,
    planHash: plan.hash,
  };
  const slot = plan.blueprint.slots.find(({ key }) => key === identity.slotKey);
  if (slot !== undefined && slot.address !== instance.address) throw new Refused('it lacks the address of its slot');
  await writeIdentity(identity);
  return identity;
}

/** The cluster whose role this is. A role's name only leads to it; the plan says whether it has such a role. */
async function clusterOf({ roleName, account }: Caller): Promise<{
  clusterName: string;
  plan: Plan & { readonly hash: string };
  role: RoleBlueprint;
}> {
  const [, clusterName] =
    /^([a-z][a-z0-9-]*)-[a-z0-9]+-[a-z]{2}(?:-[a-z]+)+-\d-(?:master|etcd|worker)$/.exec(roleName) ?? [];
  const cluster = clusterName === undefined ? undefined : await readCluster(clusterName);
  if (clusterName === undefined || cluster === undefined) throw new Refused(`${roleName} leads to no cluster`);

  const plan = await readPlan(cluster.planHash);
  const role = plan.blueprint.roles.find(({ name }) => name === roleName);
  if (role === undefined || plan.facts.account !== account)
    throw new Refused(`${roleName} is no role of ${clusterName}`);
  return { clusterName, plan: { ...plan, hash: cluster.planHash }, role };
}

/** Where in the cluster the instance is: the slot that it was launched for, or the group that Auto Scaling counts it to. */
async function placeOf(
  instanceId: string,
  role: MachineRole,
  { blueprint }: Plan,
): Promise<Pick<MachineIdentity, 'slotKey' | 'group' | 'templateVersion'>> {
  if (role === 'worker') {
    const membership = await readGroupMembership(instanceId);
    const group = blueprint.nodeGroups.find(({ groupName }) => groupName === membership?.groupName);
    if (membership === undefined || group === undefined) throw new Refused('it is in none of the cluster’s groups');
    return { group: group.name, templateVersion: membership.templateVersion };
  }
  const rows = await listSlots(blueprint.cluster.id);
  const row = rows.find((candidate) => candidate.instanceId === instanceId);
  const slot = blueprint.slots.find(({ key }) => key === row?.slotKey);
  if (slot?.role !== role) throw new Refused(`no slot for a ${role} has it`);
  return { slotKey: slot.key };
}
