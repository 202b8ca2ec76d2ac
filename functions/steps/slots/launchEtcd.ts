import { launchSlots, slotParts } from '../../../shared/launch/slotMachines.ts';
import { awaitReports } from '../../../shared/reports/awaitReports.ts';
import { step } from '../../../shared/step/step.ts';

/** Launches the machines that run etcd, each onto its slot's interface and volume. Done when every member serves. */
export const handler = step(slotParts, async ({ run, plan, attempt, input: { taskToken, ...parts } }) => {
  const members = plan.blueprint.slots.filter(({ runs }) => runs.etcd);
  const instanceIds = await launchSlots(run, plan, members, parts);
  const slotOf = Object.fromEntries(instanceIds.map((id, index) => [id, members[index]?.key ?? '']));
  await awaitReports({ run, attempt, state: 'LaunchEtcd', taskToken }, { phase: 'etcd-serving', instanceIds, slotOf });
  return { machines: instanceIds.length };
});
