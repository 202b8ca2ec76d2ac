import type { MachineRole } from '../blueprint/blueprint.ts';
import { deleteRow, type Key, queryRows, readRow, writeRow } from './table.ts';

/** Which instance a slot was given; membership of masters and etcd rests on this, never on tags. */
export interface SlotRow {
  readonly slotKey: string;
  /** Grows when an instance is replaced or its launch token is spent. Other parameters need no other attempt: a token follows from all of them. */
  readonly attempt: number;
  readonly instanceId?: string;
  /** ISO 8601: separates an instance that EC2 does not show yet from one that it no longer shows. */
  readonly launchedAt?: string;
  /** The plan that the instance was launched from: what it is judged by, whatever the cluster is to become. */
  readonly planHash?: string;
  /** sha256 of the bundle that its user data pins. */
  readonly bundle?: string;
  /**
   * How etcd starts on an empty disk once its member has served: set by the step that has made this slot a member again. Absent:
   * it does not, because an empty member that votes would forget what it had promised.
   */
  readonly etcdStart?: 'existing' | 'learner';
}

const slotKeyOf = (clusterId: string, slotKey: string): Key => ({ pk: `slots#${clusterId}`, sk: slotKey });

/** The slot as it is now; attempt 0 without an instance before the first launch. */
export async function readSlot(clusterId: string, slotKey: string): Promise<SlotRow> {
  return (await readRow<SlotRow>(slotKeyOf(clusterId, slotKey))) ?? { slotKey, attempt: 0 };
}

export async function writeSlot(clusterId: string, slot: SlotRow): Promise<void> {
  await writeRow({ ...slotKeyOf(clusterId, slot.slotKey), ...slot });
}

export const listSlots = (clusterId: string): Promise<SlotRow[]> => queryRows<SlotRow>(`slots#${clusterId}`);

/** What machines boot from that an Auto Scaling group launches from one version of its template. */
export interface TemplateRow {
  /** Name of the node group in the spec. */
  readonly group: string;
  /** The newest plan in which the group uses this version. */
  readonly planHash: string;
  /** sha256 of the bundle that its user data pins. */
  readonly bundle: string;
}

const templateKey = (clusterId: string, groupName: string, version: string): Key => ({
  pk: `templates#${clusterId}`,
  sk: `${groupName}#${version}`,
});

/** The plan and bundle of a version, by the group's name in Auto Scaling. */
export const readTemplate = (clusterId: string, groupName: string, version: string): Promise<TemplateRow | undefined> =>
  readRow<TemplateRow>(templateKey(clusterId, groupName, version));

/** The versions that this cluster has made of a group's template, by number; others may have made more. */
export async function listTemplateVersions(clusterId: string, groupName: string): Promise<string[]> {
  const { pk, sk: prefix } = templateKey(clusterId, groupName, '');
  const rows = await queryRows<TemplateRow>(pk, prefix);
  return rows.map(({ sk }) => sk.slice(prefix.length)).sort((one, other) => Number(one) - Number(other));
}

export async function writeTemplate(
  clusterId: string,
  groupName: string,
  version: string,
  template: TemplateRow,
): Promise<void> {
  await writeRow({ ...templateKey(clusterId, groupName, version), ...template });
}

/** Who a machine is, as AWS and our own rows said when they were asked last. */
export interface MachineIdentity {
  readonly instanceId: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly role: MachineRole;
  /** Unique id (AROA…) of its role. */
  readonly roleId: string;
  readonly slotKey?: string;
  readonly group?: string;
  readonly templateVersion?: string;
  readonly zone: string;
  readonly address: string;
  /** The plan that the machine was launched from. */
  readonly planHash: string;
  /** ISO 8601 */
  readonly establishedAt: string;
}

const identityKey = (instanceId: string): Key => ({ pk: `machine#${instanceId}`, sk: 'identity' });

export const readIdentity = (instanceId: string): Promise<MachineIdentity | undefined> =>
  readRow<MachineIdentity>(identityKey(instanceId));

/** Which machines a cluster has ever known: whatever else a machine's rows are, its cluster finds them by this one. */
const membershipKey = (clusterId: string, instanceId: string): Key => ({ pk: `machines#${clusterId}`, sk: instanceId });

/** Deletes what is known of a machine that is gone: who it was, and the keys it was bound to. */
export async function forgetMachine(instanceId: string, clusterId: string): Promise<void> {
  const identity = identityKey(instanceId);
  const rest = (await queryRows<object>(`machine#${instanceId}`)).filter(({ sk }) => sk !== identity.sk);
  // After a death on the way the event that comes again needs the identity, and the cluster's deletion the row of the cluster.
  for (const { pk, sk } of [...rest, identity, membershipKey(clusterId, instanceId)]) await deleteRow({ pk, sk });
}

/** Stores who a machine is, where its cluster finds it too. */
export async function writeIdentity(identity: MachineIdentity): Promise<void> {
  const { clusterId, instanceId } = identity;
  await writeRow({ ...membershipKey(clusterId, instanceId), instanceId });
  await writeRow({ ...identityKey(instanceId), ...identity });
}
