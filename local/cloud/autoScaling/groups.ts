import { tableOf, type World } from '../world.ts';
import { validationError } from './errors.ts';
import type { GroupLaunch } from './groupLaunch.ts';
import type { GroupTag } from './groupTags.ts';
import { newUuid } from './identifiers.ts';
import type { LifecycleHook } from './lifecycleHooks.ts';

/** One Auto Scaling group. */
export interface GroupRow {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desired: number;
  /** Why the desired capacity is what it is: the first sentence of the causes of activities. */
  readonly desiredBecause: string;
  readonly desiredSetAt: number;
  readonly launch: GroupLaunch;
  readonly subnetIds: readonly string[];
  readonly zones: readonly string[];
  readonly cooldownSeconds: number;
  readonly gracePeriodSeconds: number;
  readonly warmupSeconds: number | undefined;
  readonly newInstancesProtected: boolean;
  readonly terminationPolicies: readonly TerminationPolicy[];
  readonly hooks: readonly LifecycleHook[];
  readonly tags: readonly GroupTag[];
  readonly suspended: Readonly<Record<string, string>>;
  readonly metrics: readonly string[];
  readonly failure: LaunchFailure | undefined;
  readonly deleting: boolean;
}

export type TerminationPolicy = 'Default' | 'OldestInstance' | 'NewestInstance' | 'OldestLaunchTemplate';

/** Launches that keep failing. */
export interface LaunchFailure {
  readonly since: number;
  readonly attempts: number;
}

export const groups = tableOf<GroupRow>('autoscaling.groups');

/** The group of this name, or ValidationError. */
export function groupOf(world: World, name: string): GroupRow {
  const group = groups(world).get(name);
  if (!group) throw validationError(`AutoScalingGroup name not found - AutoScalingGroup: ${name}`);
  return group;
}

/** Changes some fields of a group that exists. */
export function updateGroup(world: World, name: string, changes: Partial<GroupRow>): GroupRow {
  const changed = { ...groupOf(world, name), ...changes };
  groups(world).put(name, changed);
  return changed;
}

/** arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:UUID:autoScalingGroupName/NAME */
export function groupArn(world: World, name: string, uuid = newUuid(world)): string {
  return `arn:aws:autoscaling:${world.region}:${world.account}:autoScalingGroup:${uuid}:autoScalingGroupName/${name}`;
}
