import type { AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import * as z from 'zod';
import { NotModelled } from '../errors.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { accessToAll } from './groupAccess.ts';
import { launchChoices } from './groupLaunch.ts';
import { type GroupRow, groups } from './groups.ts';
import { shownTag } from './groupTags.ts';
import { membersOf } from './members.ts';
import { pageInput, pageOf } from './paging.ts';
import { shownMember } from './shownMember.ts';

/** Source: Auto Scaling API reference: 50 records by default, at most 100. */
const pages = { usual: 50, most: 100 };

export const DescribeAutoScalingGroups = operation({
  input: z.strictObject({
    ...pageInput,
    AutoScalingGroupNames: z.array(z.string()).optional(),
    Filters: z.array(z.strictObject({ Name: z.string(), Values: z.array(z.string()) })).default([]),
    IncludeInstances: z.boolean().default(true),
  }),
  access: () => accessToAll('DescribeAutoScalingGroups'),
  run: (world, request) => {
    const names = request.AutoScalingGroupNames;
    const candidates = names?.length
      ? names.flatMap((name) => groups(world).get(name) ?? [])
      : [...groups(world).rows()];
    const matching = candidates.filter((group) => request.Filters.every((filter) => matches(group, filter)));
    const { rows, nextToken } = pageOf(matching, request, ({ name }) => name, pages);
    return {
      AutoScalingGroups: rows.map((group) => shownGroup(world, group, request.IncludeInstances)),
      NextToken: nextToken,
    };
  },
});

function matches(
  group: GroupRow,
  { Name, Values }: { readonly Name: string; readonly Values: readonly string[] },
): boolean {
  if (Name === 'tag-key') return group.tags.some(({ key }) => Values.includes(key));
  if (Name === 'tag-value') return group.tags.some(({ value }) => Values.includes(value));
  if (!Name.startsWith('tag:')) throw new NotModelled('autoscaling', 'DescribeAutoScalingGroups', `Filters ${Name}`);
  return group.tags.some(({ key, value }) => `tag:${key}` === Name && Values.includes(value));
}

function shownGroup(world: World, group: GroupRow, withInstances: boolean): AutoScalingGroup {
  return {
    AutoScalingGroupName: group.name,
    AutoScalingGroupARN: group.arn,
    CreatedTime: new Date(group.createdAt),
    MinSize: group.minSize,
    MaxSize: group.maxSize,
    DesiredCapacity: group.desired,
    ...shownLaunch(world, group),
    AvailabilityZones: [...group.zones],
    VPCZoneIdentifier: group.subnetIds.join(','),
    DefaultCooldown: group.cooldownSeconds,
    DefaultInstanceWarmup: group.warmupSeconds,
    HealthCheckType: 'EC2',
    HealthCheckGracePeriod: group.gracePeriodSeconds,
    NewInstancesProtectedFromScaleIn: group.newInstancesProtected,
    TerminationPolicies: [...group.terminationPolicies],
    CapacityRebalance: false,
    AvailabilityZoneDistribution: { CapacityDistributionStrategy: 'balanced-best-effort' },
    LoadBalancerNames: [],
    TargetGroupARNs: [],
    TrafficSources: [],
    ServiceLinkedRoleARN: `arn:aws:iam::${world.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    SuspendedProcesses: Object.entries(group.suspended).map(([ProcessName, SuspensionReason]) => ({
      ProcessName,
      SuspensionReason,
    })),
    EnabledMetrics: group.metrics.map((Metric) => ({ Metric, Granularity: '1Minute' })),
    Instances: withInstances ? [...membersOf(world, group.name).rows()].map(shownMember) : [],
    Tags: group.tags.map((tag) => shownTag(group.name, tag)),
    ...(group.deleting ? { Status: 'Delete in progress' } : {}),
  };
}

function shownLaunch(world: World, { launch }: GroupRow): Partial<AutoScalingGroup> {
  if (launch.mixed) {
    const { LaunchTemplate, InstancesDistribution: given } = launch.mixed;
    const defaults = {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandBaseCapacity: 0,
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: 'lowest-price',
    };
    return { MixedInstancesPolicy: { LaunchTemplate, InstancesDistribution: { ...defaults, ...given } } };
  }
  return { LaunchTemplate: { ...shownTemplate(world, { launch }), Version: launch.template.Version ?? '$Default' } };
}

/** Both id and name, whichever the request gave; a template that was deleted shows what is known. */
function shownTemplate(world: World, { launch }: Pick<GroupRow, 'launch'>) {
  try {
    const [choice] = launchChoices(world, launch);
    return { LaunchTemplateId: choice?.template.templateId, LaunchTemplateName: choice?.template.name };
  } catch {
    const { LaunchTemplateId, LaunchTemplateName } = launch.template;
    return { LaunchTemplateId, LaunchTemplateName };
  }
}
