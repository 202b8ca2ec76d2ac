import { loadBalancerNamed } from '../../../shared/aws/loadBalancers.ts';
import { targetGroupNamed, targetHealth } from '../../../shared/aws/targetGroups.ts';
import { NotReady } from '../../../shared/errors.ts';
import { step } from '../../../shared/step/step.ts';
import { listPhaseReports } from '../../../shared/store/reports.ts';

/** Done when the load balancer is active and every master's address is healthy behind it. */
export const handler = step(async ({ run, plan }) => {
  const { name, targetGroup } = plan.blueprint.loadBalancer;
  const balancer = await loadBalancerNamed(name);
  if (balancer?.state !== 'active') throw new NotReady(`Load balancer ${name} is ${balancer?.state ?? 'not there'}`);

  const group = await targetGroupNamed(targetGroup.name);
  if (!group) throw new NotReady(`Target group ${targetGroup.name} is not there`);
  const targets = await targetHealth(group.arn);
  const unhealthy = targets.filter(({ state }) => state !== 'healthy');
  if (targets.length === 0 || unhealthy.length > 0) {
    const slotAt = new Map(plan.blueprint.slots.map(({ address, key }) => [address, key]));
    const states = unhealthy.map(
      ({ address, state, reason }) => `${slotAt.get(address) ?? 'no slot'} at ${address} is ${state} (${reason})`,
    );
    throw new NotReady(
      `Targets of ${name}: ${states.join(', ') || 'none'}${(await hasControlPlaneReported(run.clusterId)) ? '' : silence}`,
    );
  }
  return { healthyTargets: targets.length };
});

/** Targets cannot be healthy then, and the way out of the machines' subnets is the first place to look. */
const silence =
  '. No machine of the control plane has reported: if they have been running for minutes, they do not reach the Node API';

/** Whether any machine of a slot has got as far as the Node API. What workers report carries their group. */
async function hasControlPlaneReported(clusterId: string): Promise<boolean> {
  return (await listPhaseReports(clusterId)).some(({ group }) => group === undefined);
}
