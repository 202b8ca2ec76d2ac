import type { RequestBucket, Service } from '../operation.ts';
import {
  CreateListener,
  DeleteListener,
  DescribeListenerAttributes,
  DescribeListeners,
  ModifyListener,
} from './listeners.ts';
import {
  DescribeCapacityReservation,
  DescribeLoadBalancerAttributes,
  ModifyLoadBalancerAttributes,
  SetSecurityGroups,
} from './loadBalancerAttributes.ts';
import { CreateLoadBalancer } from './loadBalancerCreation.ts';
import { DeleteLoadBalancer } from './loadBalancerDeletion.ts';
import { DescribeLoadBalancers } from './loadBalancers.ts';
import { AddTags, DescribeTags, RemoveTags } from './tagOperations.ts';
import {
  CreateTargetGroup,
  DeleteTargetGroup,
  DescribeTargetGroupAttributes,
  DescribeTargetGroups,
  ModifyTargetGroup,
  ModifyTargetGroupAttributes,
} from './targetGroups.ts';
import { DeregisterTargets, DescribeTargetHealth, RegisterTargets } from './targets.ts';

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
    CreateLoadBalancer,
    DescribeLoadBalancers,
    DeleteLoadBalancer,
    DescribeLoadBalancerAttributes,
    DescribeCapacityReservation,
    ModifyLoadBalancerAttributes,
    SetSecurityGroups,
    CreateTargetGroup,
    DescribeTargetGroups,
    ModifyTargetGroup,
    DeleteTargetGroup,
    DescribeTargetGroupAttributes,
    ModifyTargetGroupAttributes,
    CreateListener,
    DescribeListeners,
    DescribeListenerAttributes,
    ModifyListener,
    DeleteListener,
    RegisterTargets,
    DeregisterTargets,
    DescribeTargetHealth,
    AddTags,
    RemoveTags,
    DescribeTags,
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
