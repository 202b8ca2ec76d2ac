import * as z from 'zod';
import { errorName } from '../aws/errors.ts';
import { idFor } from '../aws/ids.ts';
import { idsByKey } from '../aws/idsByKey.ts';
import { instanceState, launchInstance, launchTokenSpent } from '../aws/instances.ts';
import { attachVolume, findVolumes } from '../aws/volumes.ts';
import type { SlotBlueprint } from '../blueprint/blueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { now } from '../environment.ts';
import { NotReady } from '../errors.ts';
import type { RunContext } from '../runContext.ts';
import { readSlot, type SlotRow, writeSlot } from '../store/machines.ts';
import { together } from '../together.ts';
import { firstBootOf, profileOf } from './bootParts.ts';

/** What a state that launches slots' machines is given: the ids that CreateNetworkInterfaces, CreateVolumes and CreateKeys returned, and its token. */
export const slotParts = z.object({
  networkInterfaceIds: idsByKey,
  volumeIds: idsByKey,
  keyArns: idsByKey,
  taskToken: z.string(),
});

type SlotParts = Omit<z.infer<typeof slotParts>, 'taskToken'>;

/** Ensures a machine in each slot with its volume attached, and returns their instance ids. */
export async function launchSlots(
  { planHash }: RunContext,
  plan: Plan,
  slots: readonly SlotBlueprint[],
  parts: SlotParts,
): Promise<string[]> {
  const instanceIds = await together(slots, (slot) => ensureMachine({ ...plan, planHash }, slot, parts));
  await attachVolumes(plan, slots, instanceIds, parts);
  return instanceIds;
}

/**
 * The slot's row says which instance it has, and membership rests on it. A lost answer leaves the row without an instance,
 * and the same token then answers with the one that was launched.
 */
async function ensureMachine(
  plan: Plan & { readonly planHash: string },
  slot: SlotBlueprint,
  parts: SlotParts,
): Promise<string> {
  const { cluster } = plan.blueprint;
  const row = await readSlot(cluster.id, slot.key);
  if (row.instanceId !== undefined && !isOver(await instanceState(row.instanceId), row)) return row.instanceId;

  const attempt = row.instanceId === undefined ? row.attempt : row.attempt + 1;
  const { bundle, userData } = await firstBootOf(plan, { role: slot.role, slot: slot.key });
  try {
    const instanceId = await launchInstance(cluster, slot, {
      networkInterfaceId: idFor(parts.networkInterfaceIds, slot.key, 'network interface'),
      profileName: profileOf(plan.blueprint, slot.role),
      volumeKeyArn: idFor(parts.keyArns, 'volumes', 'key'),
      userData,
      attempt,
    });
    const { planHash } = plan;
    const launchedAt = now().toISOString();
    await writeSlot(cluster.id, { ...row, attempt, instanceId, launchedAt, planHash, bundle });
    return instanceId;
  } catch (error) {
    if (errorName(error) !== launchTokenSpent) throw error;
    const { instanceId: _over, launchedAt: _then, ...slotItself } = row;
    await writeSlot(cluster.id, { ...slotItself, attempt: attempt + 1 });
    throw new NotReady(`The machine of slot ${slot.key} was terminated: launching another`, { cause: error });
  }
}

/** EC2 shows a new instance within seconds (rarely after ten), and one that has ended for about an hour. */
const shownAfterSeconds = 300;

/** An instance that EC2 does not show yet is not over; one that it shows no more is. */
function isOver(state: string, { launchedAt }: SlotRow): boolean {
  if (state === 'terminated' || state === 'shutting-down') return true;
  return state === 'unknown' && now().getTime() - Date.parse(launchedAt ?? '') > shownAfterSeconds * 1000;
}

/** A volume can be attached only when its instance runs. The machine waits for it before it starts etcd. */
async function attachVolumes(
  plan: Plan,
  slots: readonly SlotBlueprint[],
  instanceIds: readonly string[],
  { volumeIds }: SlotParts,
): Promise<void> {
  const withVolume = slots.flatMap((slot, index) => {
    const instanceId = instanceIds[index];
    return slot.volume && instanceId ? [{ slot, instanceId }] : [];
  });
  if (withVolume.length === 0) return;

  const volumes = new Map((await findVolumes(plan.blueprint.cluster.id)).map((volume) => [volume.id, volume]));
  const detached = withVolume.filter(({ slot, instanceId }) => {
    const volume = volumes.get(idFor(volumeIds, slot.key, 'volume'));
    return volume?.attachedTo !== instanceId;
  });
  await together(detached, async ({ slot, instanceId }) => {
    const state = await instanceState(instanceId);
    if (state !== 'running') throw new NotReady(`The machine of slot ${slot.key}, ${instanceId}, is ${state}`);
    await attachVolume(idFor(volumeIds, slot.key, 'volume'), instanceId);
  });
}
