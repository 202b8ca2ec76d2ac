import { launchSlots, slotParts } from '../../shared/machines/slotMachines.ts';
import { step } from '../../shared/step/step.ts';
import { awaitReports } from '../../shared/store/taskTokens.ts';

/**
 * Launches the masters that stand beside dedicated etcd machines; stacked ones run already. Done when every master serves
 * the API. That the load balancer sees them is AwaitLoadBalancer's to say.
 */
export const handler = step(slotParts, async ({ run, plan, input }) => {
  const masters = plan.blueprint.slots.filter(({ runs }) => runs.controlPlane);
  const instanceIds = await launchSlots(run, plan, masters, input);
  await awaitReports(run, 'StartMasters', input.taskToken, { phase: 'control-plane-serving', instanceIds });
  return { machines: instanceIds.length };
});
