import { instanceState } from '../aws/instances.ts';
import { targetGroupNamed, targetHealth } from '../aws/targetGroups.ts';
import type { Plan } from '../blueprint/plan.ts';
import { NotReady } from '../errors.ts';
import { listSlots } from '../store/machines.ts';
import { together } from '../together.ts';

/**
 * Throws NotReady while the cluster cannot do without a component of this slot's machine: another API server is not healthy, or a
 * slot has no running machine.
 */
export async function requireMargin(plan: Plan, slot: string): Promise<void> {
  const [unhealthy, absent] = await Promise.all([unhealthyTargets(plan), slotsWithoutMachine(plan)]);
  const reasons = [...unhealthy.filter((target) => target.slot !== slot).map(({ text }) => text), ...absent];
  if (reasons.length > 0) throw new NotReady(`Nothing is switched on ${slot} while ${reasons.join('; ')}`);
}

/** Masters whose API server the load balancer does not find healthy. */
export async function unhealthyTargets({ blueprint }: Plan): Promise<{ slot: string; text: string }[]> {
  const { name } = blueprint.loadBalancer.targetGroup;
  const group = await targetGroupNamed(name);
  if (!group) throw new NotReady(`Target group ${name} is not there`);
  const health = new Map((await targetHealth(group.arn)).map((target) => [target.address, target]));
  return blueprint.slots
    .filter(({ runs }) => runs.controlPlane)
    .flatMap(({ key, address }) => {
      const { state = 'not registered', reason = '' } = health.get(address) ?? {};
      return state === 'healthy' ? [] : [{ slot: key, text: `${key} at ${address} is ${state} (${reason})` }];
    });
}

async function slotsWithoutMachine({ blueprint: { cluster, slots } }: Plan): Promise<string[]> {
  const rows = new Map((await listSlots(cluster.id)).map((row) => [row.slotKey, row]));
  const states = await together(slots, async ({ key }) => {
    const { instanceId } = rows.get(key) ?? {};
    const state = instanceId === undefined ? 'absent' : await instanceState(instanceId);
    return state === 'running' ? [] : [`the machine of ${key} is ${state}`];
  });
  return states.flat();
}
