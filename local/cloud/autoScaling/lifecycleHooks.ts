import * as z from 'zod';
import { validationError } from './errors.ts';

export type Transition = 'autoscaling:EC2_INSTANCE_LAUNCHING' | 'autoscaling:EC2_INSTANCE_TERMINATING';

/** A pause that a group makes for someone else's work on a launching or terminating instance. */
export interface LifecycleHook {
  readonly name: string;
  readonly transition: Transition;
  readonly heartbeatSeconds: number;
  readonly defaultResult: 'ABANDON' | 'CONTINUE';
  readonly metadata: string | undefined;
}

export const transitionInput = z.enum(['autoscaling:EC2_INSTANCE_LAUNCHING', 'autoscaling:EC2_INSTANCE_TERMINATING']);

/** Bounds and default of a heartbeat (source: Auto Scaling user guide, "Lifecycle hooks"). */
export const hookFields = {
  LifecycleHookName: z.string().min(1).max(255),
  HeartbeatTimeout: z.number().int().min(30).max(7200).optional(),
  DefaultResult: z.enum(['ABANDON', 'CONTINUE']).optional(),
  NotificationMetadata: z.string().max(4000).optional(),
};

/** The hooks of a new group, as its request lists them. */
export const hookSpecificationInput = z.strictObject({ ...hookFields, LifecycleTransition: transitionInput });

export type HookSpecification = z.infer<typeof hookSpecificationInput>;

/** The hook that a request means, over the one that is there. */
export function hookFrom(
  request: Omit<HookSpecification, 'LifecycleTransition'> & { readonly LifecycleTransition?: Transition | undefined },
  existing?: LifecycleHook,
): LifecycleHook {
  const transition = request.LifecycleTransition ?? existing?.transition;
  if (!transition) throw validationError('LifecycleTransition is required when a lifecycle hook is created.');
  return {
    name: request.LifecycleHookName,
    transition,
    heartbeatSeconds: request.HeartbeatTimeout ?? existing?.heartbeatSeconds ?? 3600,
    defaultResult: request.DefaultResult ?? existing?.defaultResult ?? 'ABANDON',
    metadata: request.NotificationMetadata ?? existing?.metadata,
  };
}

/** However often heartbeats are recorded: 48 hours or 100 timeouts, whichever is less (same source). */
export function longestWaitSeconds(hook: LifecycleHook): number {
  return Math.min(48 * 3600, 100 * hook.heartbeatSeconds);
}

/** A hook as Auto Scaling answers it. */
export function shownHook(groupName: string, hook: LifecycleHook) {
  return {
    AutoScalingGroupName: groupName,
    LifecycleHookName: hook.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatSeconds,
    GlobalTimeout: longestWaitSeconds(hook),
    DefaultResult: hook.defaultResult,
    NotificationMetadata: hook.metadata,
  };
}
