import type { LoadBalancerBlueprint } from './blueprint.ts';

/** How long the load balancer may continue to send after its checks have failed (observed: 30 to 60 s). */
const loadBalancerLagSeconds = 50;

/** kube-apiserver's --request-timeout and --shutdown-watch-termination-grace-period, and some room. */
const requestSeconds = 60;
const watchSeconds = 20;
const roomSeconds = 30;

/** How a stopping API server and its load balancer wait for each other. */
export interface ApiServerShutdown {
  /** How long it serves on, not ready, so that the balancer sends it nothing new. */
  readonly delaySeconds: number;
  /** After this it is killed; until then the balancer leaves its connections alone. */
  readonly stopSeconds: number;
}

/** The stop of an API server behind this target group, in seconds since the stop began. */
export function apiServerShutdown(targetGroup: LoadBalancerBlueprint['targetGroup']): ApiServerShutdown {
  const { healthCheckIntervalSeconds, healthyThreshold } = targetGroup;
  const delaySeconds = healthCheckIntervalSeconds * healthyThreshold + loadBalancerLagSeconds;
  return { delaySeconds, stopSeconds: delaySeconds + requestSeconds + watchSeconds + roomSeconds };
}
