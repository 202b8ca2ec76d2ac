import type { MachineRole } from '../blueprint/blueprint.ts';
import { type Key, queryRows, readRow, writeRow } from './table.ts';

/** Which instance a slot was given; membership of masters and etcd rests on this, never on tags. */
export interface SlotRow {
  readonly slotKey: string;
  /** Grows when an instance is replaced or its launch token is spent. */
  readonly attempt: number;
  readonly instanceId?: string;
  /** ISO 8601: tells an instance that EC2 does not show yet from one that it shows no more. */
  readonly launchedAt?: string;
}

const slotKeyOf = (clusterId: string, slotKey: string): Key => ({ pk: `slots#${clusterId}`, sk: slotKey });

/** The slot as it stands; attempt 0 without an instance before the first launch. */
export async function readSlot(clusterId: string, slotKey: string): Promise<SlotRow> {
  return (await readRow<SlotRow>(slotKeyOf(clusterId, slotKey))) ?? { slotKey, attempt: 0 };
}

export async function writeSlot(clusterId: string, slot: SlotRow): Promise<void> {
  await writeRow({ ...slotKeyOf(clusterId, slot.slotKey), ...slot });
}

export const listSlots = (clusterId: string): Promise<SlotRow[]> => queryRows<SlotRow>(`slots#${clusterId}`);

/** Who a machine is, as established at its first contact. */
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
  readonly planHash: string;
}

const identityKey = (instanceId: string): Key => ({ pk: `machine#${instanceId}`, sk: 'identity' });

export const readIdentity = (instanceId: string): Promise<MachineIdentity | undefined> =>
  readRow<MachineIdentity>(identityKey(instanceId));

export async function writeIdentity(identity: MachineIdentity): Promise<void> {
  await writeRow({ ...identityKey(identity.instanceId), ...identity });
}
