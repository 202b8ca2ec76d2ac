import * as z from 'zod';
import { accessToLaunch } from '../ec2/launchAccess.ts';
import { AwsError } from '../errors.ts';
import { type Access, operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf, type World } from '../world.ts';
import { timeInCause } from './activities.ts';
import { validationError } from './errors.ts';
import { accessToGroup, requestTagKeys } from './groupAccess.ts';
import { type GroupLaunch, launchChoices, requestedLaunch } from './groupLaunch.ts';
import { groupParameters } from './groupParameters.ts';
import { checkLaunch, checkSizes, groupFields, requestedPlaces } from './groupSettings.ts';
import { type GroupRow, groupArn, groupOf, groups, updateGroup } from './groups.ts';
import { mergedTags, tagInput } from './groupTags.ts';
import { hookFrom, hookSpecificationInput } from './lifecycleHooks.ts';
import { membersOf } from './members.ts';
import { stopWaiting } from './termination.ts';
import { wake } from './wakes.ts';

/** Service Quotas: Auto Scaling groups per Region. */
const groupsQuota = 'L-CDE20ADC';

export const CreateAutoScalingGroup = operation({
  input: z.strictObject({
    ...groupFields,
    MinSize: z.number().int().min(0),
    MaxSize: z.number().int().min(0),
    DesiredCapacity: z.number().int().min(0).optional(),
    LifecycleHookSpecificationList: z.array(hookSpecificationInput).max(50).default([]),
    Tags: z.array(tagInput).default([]),
    ServiceLinkedRoleARN: z.string().optional(),
  }),
  access: (world, request) => {
    const { AutoScalingGroupName: name, Tags } = request;
    const keys = {
      ...requestTagKeys(Tags),
      'autoscaling:MinSize': String(request.MinSize),
      'autoscaling:MaxSize': String(request.MaxSize),
    };
    const launch = requestedLaunch(request);
    const places = requestedPlaces(world, request);
    return [
      ...accessToGroup(world, 'CreateAutoScalingGroup', name, keys),
      ...(Tags.length === 0 ? [] : accessToGroup(world, 'CreateOrUpdateTags', name, requestTagKeys(Tags))),
      ...(launch && places ? accessToTemplates(world, { launch, ...places, tags: mergedTags([], Tags) }) : []),
    ];
  },
  run: (world, request) => {
    const name = request.AutoScalingGroupName;
    if (groups(world).has(name)) {
      throw new AwsError(
        'AlreadyExists',
        `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`,
      );
    }
    if (groups(world).size >= quotaOf(world, groupsQuota)) {
      throw new AwsError('LimitExceeded', 'You have reached your limit of Auto Scaling groups in this Region');
    }
    const launch = requestedLaunch(request);
    if (!launch)
      throw validationError(
        'Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or MixedInstancesPolicy parameter.',
      );
    const places = requestedPlaces(world, request);
    if (!places) throw validationError('At least one Availability Zone or VPC Subnet is required.');
    const desired = request.DesiredCapacity ?? request.MinSize;
    const now = nowOf(world);
    const group: GroupRow = {
      ...places,
      name,
      arn: groupArn(world, name),
      createdAt: now,
      minSize: request.MinSize,
      maxSize: request.MaxSize,
      desired,
      desiredBecause: `At ${timeInCause(now)} a user request created an AutoScalingGroup changing the desired capacity from 0 to ${desired}.`,
      desiredSetAt: now,
      launch,
      cooldownSeconds: request.DefaultCooldown ?? 300,
      gracePeriodSeconds: request.HealthCheckGracePeriod ?? 0,
      warmupSeconds: request.DefaultInstanceWarmup,
      newInstancesProtected: request.NewInstancesProtectedFromScaleIn ?? false,
      terminationPolicies: request.TerminationPolicies ?? ['Default'],
      hooks: request.LifecycleHookSpecificationList.map((hook) => hookFrom(hook)),
      tags: mergedTags([], request.Tags),
      suspended: {},
      metrics: [],
      failure: undefined,
      deleting: false,
    };
    checkSizes(group);
    checkLaunch(world, group);
    groups(world).put(name, group);
    if (desired > 0) wake(world, name, world.delays.of('groupReacts'));
    return {};
  },
});

export const UpdateAutoScalingGroup = operation({
  input: z.strictObject({
    ...groupFields,
    MinSize: z.number().int().min(0).optional(),
    MaxSize: z.number().int().min(0).optional(),
    DesiredCapacity: z.number().int().min(0).optional(),
  }),
  access: (world, request) => {
    const launch = requestedLaunch(request);
    const group = groups(world).get(request.AutoScalingGroupName);
    return [
      ...accessToGroup(world, 'UpdateAutoScalingGroup', request.AutoScalingGroupName),
      ...(launch && group ? accessToTemplates(world, { ...group, ...requestedPlaces(world, request), launch }) : []),
    ];
  },
  run: (world, request) => {
    const group = existingGroup(world, request.AutoScalingGroupName);
    const minSize = request.MinSize ?? group.minSize;
    const maxSize = request.MaxSize ?? group.maxSize;
    const changed: GroupRow = {
      ...group,
      ...requestedPlaces(world, request),
      launch: requestedLaunch(request) ?? group.launch,
      minSize,
      maxSize,
      desired: request.DesiredCapacity ?? Math.min(maxSize, Math.max(minSize, group.desired)),
      cooldownSeconds: request.DefaultCooldown ?? group.cooldownSeconds,
      gracePeriodSeconds: request.HealthCheckGracePeriod ?? group.gracePeriodSeconds,
      warmupSeconds: request.DefaultInstanceWarmup ?? group.warmupSeconds,
      newInstancesProtected: request.NewInstancesProtectedFromScaleIn ?? group.newInstancesProtected,
      terminationPolicies: request.TerminationPolicies ?? group.terminationPolicies,
    };
    checkSizes(changed);
    if (changed.launch !== group.launch || changed.subnetIds !== group.subnetIds) checkLaunch(world, changed);
    groups(world).put(group.name, {
      ...changed,
      ...desiredFields(world, group, changed.desired, 'update of AutoScalingGroup constraints'),
    });
    wake(world, group.name, world.delays.of('groupReacts'));
    return {};
  },
});

export const SetDesiredCapacity = operation({
  input: z.strictObject({
    AutoScalingGroupName: z.string(),
    DesiredCapacity: z.number().int().min(0),
    HonorCooldown: z.boolean().default(false),
  }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'SetDesiredCapacity', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, DesiredCapacity, HonorCooldown }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const bound = DesiredCapacity > group.maxSize ? ['above max', group.maxSize] : ['below min', group.minSize];
    if (DesiredCapacity > group.maxSize || DesiredCapacity < group.minSize) {
      throw validationError(
        `New SetDesiredCapacity value ${DesiredCapacity} is ${bound[0]} value ${bound[1]} for the AutoScalingGroup.`,
      );
    }
    if (HonorCooldown && nowOf(world) < group.desiredSetAt + group.cooldownSeconds * 1000) {
      throw new AwsError(
        'ScalingActivityInProgress',
        `Scaling activity ${group.arn} is in progress and blocks this action`,
      );
    }
    updateGroup(
      world,
      group.name,
      desiredFields(world, group, DesiredCapacity, 'user request explicitly set group desired capacity'),
    );
    wake(world, group.name, world.delays.of('groupReacts'));
    return {};
  },
});

export const DeleteAutoScalingGroup = operation({
  input: z.strictObject({ AutoScalingGroupName: z.string(), ForceDelete: z.boolean().default(false) }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'DeleteAutoScalingGroup', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName: name, ForceDelete }) => {
    const group = groupOf(world, name);
    if (group.deleting) return {};
    const members = membersOf(world, name);
    if (members.size > 0 && !ForceDelete) {
      const inProgress = [...members.rows()].some(({ state }) => state !== 'InService');
      throw inProgress
        ? new AwsError(
            'ScalingActivityInProgress',
            'You cannot delete an AutoScalingGroup while there are scaling activities in progress for that group.',
          )
        : new AwsError(
            'ResourceInUse',
            'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.',
          );
    }
    const reason = 'user request deleted the AutoScalingGroup';
    updateGroup(world, name, { ...desiredFields(world, group, 0, reason), minSize: 0, maxSize: 0, deleting: true });
    stopWaiting(world, name);
    wake(world, name, 0);
    return {};
  },
});

/** The group of this name unless it is about to disappear. */
export function existingGroup(world: World, name: string): GroupRow {
  const group = groupOf(world, name);
  if (!group.deleting) return group;
  throw new AwsError('ScalingActivityInProgress', `AutoScalingGroup ${name} is being deleted`);
}

/** A new desired capacity with the sentence that explains it in later activities. */
export function desiredFields(world: World, group: GroupRow, desired: number, reason: string): Partial<GroupRow> {
  if (desired === group.desired) return {};
  const now = nowOf(world);
  return {
    desired,
    desiredSetAt: now,
    desiredBecause: `At ${timeInCause(now)} a ${reason} changing the desired capacity from ${group.desired} to ${desired}.`,
  };
}

interface Launching {
  readonly launch: GroupLaunch;
  readonly tags: GroupRow['tags'];
  readonly subnetIds: readonly string[];
  readonly zones: readonly string[];
}

/** Whoever makes a group launch from a template must be allowed to launch so himself (source: Auto Scaling user guide, "Launch template support"). */
function accessToTemplates(world: World, group: Launching): Access[] {
  return launchChoices(world, group.launch).flatMap((choice) =>
    group.zones.flatMap((zone) =>
      accessToLaunch(
        world,
        groupParameters(world, group, { choice, market: 'on-demand', zone }),
        choice.template.templateId,
      ),
    ),
  );
}
