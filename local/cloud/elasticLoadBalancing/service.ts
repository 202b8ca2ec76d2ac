import type { RequestBucket, Service } from '../operation.ts';
import * as createLoadBalancer from './createLoadBalancer.ts';
import * as deleteLoadBalancer from './deleteLoadBalancer.ts';
import * as describeLoadBalancers from './describeLoadBalancers.ts';
import * as listenerOperations from './listenerOperations.ts';
import * as loadBalancerAttributeOperations from './loadBalancerAttributeOperations.ts';
import * as tagOperations from './tagOperations.ts';
import * as targetGroupOperations from './targetGroupOperations.ts';
import * as targetOperations from './targetOperations.ts';

const bucket = (name: string, burst: number, refillPerSecond: number): RequestBucket => ({
  name: `elasticloadbalancing.${name}`,
  burst,
  refillPerSecond,
});

/** Source: ELB user guide, "API request throttling". */
const describing = bucket('describe', 40, 10);
const mutating = bucket('mutating', 20, 3);
const own = new Map([
  ['CreateLoadBalancer', bucket('CreateLoadBalancer', 10, 0.2)],
  ['RegisterTargets', bucket('registerTargets', 20, 4)],
  ['DeregisterTargets', bucket('registerTargets', 20, 4)],
]);

/** Milliseconds from call to answer (estimated). */
const latency = { describe: 150, mutate: 400 };

/** Elastic Load Balancing v2: network and application load balancers. Classic ones are another API and not modelled. */
export const elasticLoadBalancing: Service = {
  name: 'elasticloadbalancing',
  operations: {
    ...createLoadBalancer,
    ...deleteLoadBalancer,
    ...describeLoadBalancers,
    ...listenerOperations,
    ...loadBalancerAttributeOperations,
    ...tagOperations,
    ...targetGroupOperations,
    ...targetOperations,
  },
  errors: {
    missingParameter: 'ValidationError',
    invalidParameter: 'ValidationError',
    accessDenied: 'AccessDenied',
    throttled: 'Throttling',
  },
  bucketOf: (operation) => own.get(operation) ?? (operation.startsWith('Describe') ? describing : mutating),
  latencyOf: (operation) => (operation.startsWith('Describe') ? latency.describe : latency.mutate),
};
