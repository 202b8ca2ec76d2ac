import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';
import { desiredFields, existingGroup } from './desiredCapacity.ts';
import { validationError } from './errors.ts';
import { accessToGroup } from './groupAccess.ts';
import { requestedLaunch } from './groupLaunch.ts';
import { checkLaunch, checkSizes, groupFields, requestedPlaces } from './groupSettings.ts';
import { type GroupRow, groupOf, groups, updateGroup } from './groups.ts';
import { wake } from './groupWakes.ts';
import { membersOf } from './members.ts';
import { accessToTemplates } from './templateAccess.ts';
import { stopWaiting } from './termination.ts';

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
