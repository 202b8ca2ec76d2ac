import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { CreateServiceLinkedRole } from '../iam/createServiceLinkedRole.ts';
import { serviceLinkedRole } from '../iam/serviceLinkedRoles.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf } from '../world.ts';
import { timeInCause } from './activities.ts';
import { validationError } from './errors.ts';
import { accessToGroup, requestTagKeys } from './groupAccess.ts';
import { requestedLaunch } from './groupLaunch.ts';
import { checkLaunch, checkSizes, groupFields, requestedPlaces } from './groupSettings.ts';
import { type GroupRow, groupArn, groups } from './groups.ts';
import { mergedTags, tagInput } from './groupTags.ts';
import { wake } from './groupWakes.ts';
import { hookFrom, hookSpecificationInput } from './lifecycleHooks.ts';
import { accessToTemplates } from './templateAccess.ts';

/** Service Quotas: Auto Scaling groups per Region. */
const groupsQuota = 'L-CDE20ADC';

/** The first group of an account makes the role that Auto Scaling acts by, with its caller's rights. */
const ownService = 'autoscaling.amazonaws.com';
const ownRole = { AWSServiceName: ownService };

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
  access: (world, request, call) => {
    const { AutoScalingGroupName: name, Tags } = request;
    const keys = {
      ...requestTagKeys(Tags),
      'autoscaling:MinSize': String(request.MinSize),
      'autoscaling:MaxSize': String(request.MaxSize),
    };
    const launch = requestedLaunch(request);
    const places = requestedPlaces(world, request);
    return [
      ...(serviceLinkedRole(world, ownService) ? [] : CreateServiceLinkedRole.access(world, ownRole, call)),
      ...accessToGroup(world, 'CreateAutoScalingGroup', name, keys),
      ...(Tags.length === 0 ? [] : accessToGroup(world, 'CreateOrUpdateTags', name, requestTagKeys(Tags))),
      ...(launch && places ? accessToTemplates(world, { launch, ...places, tags: mergedTags([], Tags) }) : []),
    ];
  },
  run: (world, request, call) => {
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
    if (!serviceLinkedRole(world, ownService)) void CreateServiceLinkedRole.run(world, ownRole, call);
    groups(world).put(name, group);
    if (desired > 0) wake(world, name, world.delays.of('groupReacts'));
    return {};
  },
});
