import * as z from 'zod';
import { operation } from '../operation.ts';
import { accessTo } from './access.ts';
import { elbError } from './errors.ts';
import { listenersOf, removeListener } from './listeners.ts';
import { scheduleDeletion } from './loadBalancerJobs.ts';
import { loadBalancers } from './loadBalancers.ts';

export const DeleteLoadBalancer = operation({
  input: z.strictObject({ LoadBalancerArn: z.string() }),
  access: (world, { LoadBalancerArn }) => [accessTo(world, 'DeleteLoadBalancer', LoadBalancerArn)],
  run: (world, { LoadBalancerArn: arn }) => {
    const row = loadBalancers(world).get(arn);
    // Deleting what is gone succeeds (source: ELBv2 API reference).
    if (!row || row.deleting) return {};
    if (row.attributes['deletion_protection.enabled'] === 'true') {
      throw elbError(
        'OperationNotPermitted',
        `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
      );
    }
    for (const listener of listenersOf(world, arn)) removeListener(world, listener.arn);
    loadBalancers(world).put(arn, { ...row, deleting: true });
    scheduleDeletion(world, arn);
    return {};
  },
});
