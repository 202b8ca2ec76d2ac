import { loadBalancerNamed } from '../../../shared/aws/loadBalancers.ts';
import { targetGroupNamed, targetHealth } from '../../../shared/aws/targetGroups.ts';
import { NotReady } from '../../../shared/errors.ts';
import { step } from '../../../shared/step/step.ts';

/** Done when the load balancer is active and every master's address is healthy behind it. */
export const handler = step(async ({ plan }) => {
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
    throw new NotReady(`Targets of ${name}: ${states.join(', ') || 'none'}`);
  }
  return { healthyTargets: targets.length };
});
