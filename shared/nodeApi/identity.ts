import { readGroupMembership, readInstance, readMachineRole } from '../aws/machineFacts.ts';
import type { MachineRole, SlotBlueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { now } from '../environment.ts';
import { type ClusterRecord, readCluster } from '../store/clusters.ts';
import {
  listSlots,
  type MachineIdentity,
  readIdentity,
  readSlot,
  readTemplate,
  type SlotRow,
  writeIdentity,
} from '../store/machines.ts';
import { readPlan } from '../store/plans.ts';
import type { Caller } from './caller.ts';

/** The caller's identity could not be proved. The reason is logged, never returned. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** A machine that is who it says, and what its cluster is meant to be. */
export interface IdentifiedMachine {
  readonly identity: MachineIdentity;
  /** What the machine was launched from, whatever its cluster is to become meanwhile. */
  readonly plan: Plan;
  readonly slot: (SlotBlueprint & { readonly row: SlotRow }) | undefined;
}

/**
 * How long what was established counts. DescribeInstances allows 20 calls a second for the whole account, so a boot asks
 * once; and the event of a termination may be lost, so no machine is believed for longer than this.
 */
const believedSeconds = 600;

/**
 * Who the caller is: its role by unique id, its instance by the session's name, its place by what we launched or what Auto
 * Scaling says. Tags prove nothing. What was established is stored for some minutes; `fresh` asks AWS again.
 */
export async function identify(caller: Caller, { fresh }: { readonly fresh: boolean }): Promise<IdentifiedMachine> {
  const stored = await readIdentity(caller.instanceId);
  if (stored !== undefined && stored.roleId !== caller.roleId) throw new Refused('another role than at first contact');
  const identity = stored === undefined || fresh || isOld(stored) ? await establish(caller) : stored;
  const plan = await readPlan(identity.planHash);
  if (identity.slotKey === undefined) return { identity, plan, slot: undefined };

  const row = await readSlot(identity.clusterId, identity.slotKey);
  if (row.instanceId !== identity.instanceId) throw new Refused('its slot has another instance by now');
  const slot = plan.blueprint.slots.find(({ key }) => key === identity.slotKey);
  if (slot === undefined) throw new Refused('the plan that it was launched from has no such slot');
  return { identity, plan, slot: { ...slot, row } };
}

const isOld = ({ establishedAt }: MachineIdentity): boolean =>
  now().getTime() - Date.parse(establishedAt) > believedSeconds * 1000;

async function establish(caller: Caller): Promise<MachineIdentity> {
  const { cluster, role } = await clusterOf(caller);
  const { name: clusterName, clusterId } = cluster;
  // EC2 first: it is what throttles, and a machine that comes again should not have asked IAM in vain.
  const instance = await readInstance(caller.instanceId);
  if (instance?.state !== 'running') throw new Refused(`its instance is ${instance?.state ?? 'unknown'}`);
  await requireRole(caller);

  const { planHash, ...place } = await placeOf(caller.instanceId, role, clusterId);
  const { blueprint, facts } = await readPlan(planHash);
  const isItsRole = blueprint.roles.some(({ key, name }) => key === role && name === caller.roleName);
  if (!isItsRole || facts.account !== caller.account)
    throw new Refused(`${caller.roleName} is no role of ${clusterName}`);
  if (place.slotKey !== undefined) {
    const slot = blueprint.slots.find(({ key }) => key === place.slotKey);
    if (slot?.role !== role) throw new Refused(`no slot for a ${role} has it`);
    if (slot.address !== instance.address) throw new Refused('it lacks the address of its slot');
  }
  const identity: MachineIdentity = {
    instanceId: caller.instanceId,
    clusterId,
    clusterName,
    role,
    roleId: caller.roleId,
    ...place,
    zone: instance.zone,
    address: instance.address,
    planHash,
    establishedAt: now().toISOString(),
  };
  await writeIdentity(identity);
  return identity;
}

/** `CLUSTER-RANDOM-REGION-ROLE`, as shared/blueprint/roles.ts names them. */
const machineRoleName = /^(([a-z][a-z0-9-]*)-[a-z0-9]+)-[a-z]{2}(?:-[a-z]+)+-\d-(master|etcd|worker)$/;

/** The cluster whose role this seems to be. A role's name only leads to it; the machine's plan says whether it is one. */
async function clusterOf({ roleName }: Caller): Promise<{ cluster: ClusterRecord; role: MachineRole }> {
  const [, clusterId, clusterName, role] = machineRoleName.exec(roleName) ?? [];
  const cluster = clusterName === undefined ? undefined : await readCluster(clusterName);
  if (cluster?.clusterId !== clusterId || cluster === undefined) throw new Refused(`${roleName} leads to no cluster`);
  return { cluster, role: role as MachineRole };
}

/** The session's name proves the instance only where nobody but EC2 may have named it. */
async function requireRole({ roleName, roleId }: Caller): Promise<void> {
  const role = await readMachineRole(roleName);
  if (role?.roleId !== roleId) throw new Refused('its role is no longer the cluster’s');
  if (!role.isAssumedByEc2Only) throw new Refused(`${roleName} may be assumed by others than EC2`);
}

type Place = Pick<MachineIdentity, 'slotKey' | 'group' | 'templateVersion' | 'planHash'>;

/** Where in the cluster the instance is: the slot that it was launched for, or the group that Auto Scaling counts it to. */
async function placeOf(instanceId: string, role: MachineRole, clusterId: string): Promise<Place> {
  if (role === 'worker') {
    const membership = await readGroupMembership(instanceId);
    const { groupName = '', templateVersion = '' } = membership ?? {};
    const template = membership && (await readTemplate(clusterId, groupName, templateVersion));
    if (template === undefined) throw new Refused('it is in none of the cluster’s groups');
    return { group: template.group, templateVersion, planHash: template.planHash };
  }
  const row = (await listSlots(clusterId)).find((candidate) => candidate.instanceId === instanceId);
  if (row?.planHash === undefined) throw new Refused(`no slot for a ${role} has it`);
  return { slotKey: row.slotKey, planHash: row.planHash };
}
