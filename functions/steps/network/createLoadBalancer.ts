import * as z from 'zod';
import { idFor } from '../../../shared/aws/ids.ts';
import { idsByKey } from '../../../shared/aws/idsByKey.ts';
import { ensureLoadBalancer } from '../../../shared/aws/loadBalancers.ts';
import { ensureListener, ensureTargetGroup, registerAddresses } from '../../../shared/aws/targetGroups.ts';
import { step } from '../../../shared/step/step.ts';

/**
 * Ensures the load balancer of the Kubernetes API and returns at once. The slots' addresses are registered before their
 * machines exist: a target's first health check comes a minute after its registration.
 */
export const handler = step(
  z.object({ vpcId: z.string(), subnetIds: idsByKey, securityGroupIds: idsByKey }),
  async ({ plan, input }) => {
    const { cluster, loadBalancer, slots } = plan.blueprint;
    const addresses = slots.filter(({ runs }) => runs.controlPlane).map(({ address }) => address);
    const targetGroupArn = await ensureTargetGroup(cluster, loadBalancer, { vpcId: input.vpcId, addresses });
    await registerAddresses(targetGroupArn, addresses);

    const balancer = await ensureLoadBalancer(cluster, loadBalancer, {
      vpcId: input.vpcId,
      subnetIds: loadBalancer.subnetKeys.map((key) => idFor(input.subnetIds, key, 'subnet')),
      securityGroupId: idFor(input.securityGroupIds, loadBalancer.securityGroupKey, 'security group'),
    });
    await ensureListener(cluster, loadBalancer, balancer.arn, targetGroupArn);
    return { endpoint: balancer.dnsName };
  },
);
