import { connectedAgents } from '../aws/commands.ts';
import type { Plan } from '../blueprint/plan.ts';
import { NotReady } from '../step/errors.ts';
import { listSlots } from '../store/machines.ts';

/**
 * A master to ask things of the cluster, of those whose agent answers: one that does not would cost the state its whole
 * timeout. A retry asks the next one, in case this one is the trouble.
 */
export async function masterToAsk(plan: Plan, attempt: number): Promise<string> {
  const { cluster, slots } = plan.blueprint;
  const keys = new Set(slots.filter(({ runs }) => runs.controlPlane).map(({ key }) => key));
  const machines = (await listSlots(cluster.id)).flatMap(({ slotKey, instanceId }) =>
    keys.has(slotKey) && instanceId ? [instanceId] : [],
  );
  if (machines.length === 0) throw new NotReady(`No master of ${cluster.id} was launched yet`);

  const connected = await connectedAgents(machines);
  const answering = machines.filter((instanceId) => connected.has(instanceId));
  const chosen = answering[attempt % answering.length];
  if (chosen === undefined) {
    throw new NotReady(`The Systems Manager agent of no master is connected: ${machines.join(', ')}`);
  }
  return chosen;
}
