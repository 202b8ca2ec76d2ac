import { launchSlots, slotParts } from '../../../shared/launch/slotMachines.ts';
import { awaitReports } from '../../../shared/reports/awaitReports.ts';
import { step } from '../../../shared/step/step.ts';

/**
 * Launches the masters of a cluster with dedicated etcd machines; stacked ones run already. Done when every master serves
 * the API. That the load balancer sees them is AwaitLoadBalancer's to say.
 */
export const handler = step(slotParts, async ({ run, plan, attempt, input: { taskToken, ...parts } }) => {
  const masters = plan.blueprint.slots.filter(({ runs }) => runs.controlPlane);
  const instanceIds = await launchSlots(run, plan, masters, parts);
  const slotOf = Object.fromEntries(instanceIds.map((id, index) => [id, masters[index]?.key ?? '']));
  await awaitReports(
    { run, attempt, state: 'StartMasters', taskToken },
    { phase: 'control-plane-serving', instanceIds, slotOf },
  );
  return { machines: instanceIds.length };
});
