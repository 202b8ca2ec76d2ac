import type { Plan } from '../blueprint/plan.ts';
import { NotReady } from '../step/errors.ts';
import { listSlots } from '../store/machines.ts';

/** A master to ask things of the cluster; a retry asks the next one, in case this one is the trouble. */
export async function masterToAsk(plan: Plan, attempt: number): Promise<string> {
  const { cluster, slots } = plan.blueprint;
  const keys = new Set(slots.filter(({ runs }) => runs.controlPlane).map(({ key }) => key));
  const machines = (await listSlots(cluster.id)).flatMap(({ slotKey, instanceId }) =>
    keys.has(slotKey) && instanceId ? [instanceId] : [],
  );
  const chosen = machines[attempt % machines.length];
  if (!chosen) throw new NotReady(`No master of ${cluster.id} was launched yet`);
  return chosen;
}
