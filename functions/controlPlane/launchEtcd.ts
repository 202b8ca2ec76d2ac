import { launchSlots, slotParts } from '../../shared/machines/slotMachines.ts';
import { step } from '../../shared/step/step.ts';
import { awaitReports } from '../../shared/store/taskTokens.ts';

/** Launches the machines that run etcd, each onto its slot's interface and volume. Done when every member serves. */
export const handler = step(slotParts, async ({ run, plan, input }) => {
  const members = plan.blueprint.slots.filter(({ runs }) => runs.etcd);
  const instanceIds = await launchSlots(run, plan, members, input);
  await awaitReports(run, 'LaunchEtcd', input.taskToken, { phase: 'etcd-serving', instanceIds });
  return { machines: instanceIds.length };
});
