import {
  type Activity,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingGroups,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import type { ClusterIdentity, NodeGroupBlueprint } from '../blueprint/blueprint.ts';
import { autoScaling } from '../clients/autoScaling.ts';
import { Conflict, NotReady } from '../errors.ts';
import { errorName, isNotFound, removed } from './errors.ts';
import { idOf } from './ids.ts';
import type { TemplateVersion } from './launchTemplates.ts';
import { requireShape, unordered } from './shape.ts';
import { awsTags, keyIn, taggedFor } from './tags.ts';

export interface FoundGroup {
  readonly name: string;
  /** The node group's name in the spec. */
  readonly key: string;
  readonly min: number;
  readonly max: number;
  readonly desired: number;
  readonly inService: number;
  readonly instances: number;
  readonly templateVersion: string | undefined;
  /** Set while the group is being deleted. */
  readonly status: string | undefined;
}

/** Rebalancing ends healthy nodes without draining them, also after a lost zone has come back. */
export const suspendedProcesses = ['AZRebalance'];

/** Name of the hook that holds an instance until its node is drained. */
export const drainHook = 'kubestep-drain';

/** As long as the slowest drain may take; afterwards the instance goes all the same. */
const drainSeconds = 1800;

/** What holds an instance until its node is drained. */
export const drainHookSpecification = {
  LifecycleHookName: drainHook,
  LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
  HeartbeatTimeout: drainSeconds,
  DefaultResult: 'CONTINUE',
} as const;

/** The cluster's node groups: names cannot be changed, tags can. */
export async function findAutoScalingGroups(clusterId: string): Promise<FoundGroup[]> {
  const found: FoundGroup[] = [];
  const Filters = taggedFor(clusterId);
  for await (const page of paginateDescribeAutoScalingGroups({ client: autoScaling }, { Filters })) {
    for (const group of page.AutoScalingGroups ?? []) {
      const key = keyIn(group.Tags, clusterId, 'auto-scaling-group');
      const isNamed = group.AutoScalingGroupName?.startsWith(`${clusterId}-`) ?? false;
      if (key !== undefined && isNamed) found.push(foundIn(group, key));
    }
  }
  return found;
}

function foundIn(group: AutoScalingGroup, key: string): FoundGroup {
  const template = group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification;
  return {
    name: idOf(group.AutoScalingGroupName),
    key,
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    inService: (group.Instances ?? []).filter(({ LifecycleState }) => LifecycleState === 'InService').length,
    instances: group.Instances?.length ?? 0,
    templateVersion: template?.Version,
    status: group.Status,
  };
}

/**
 * Ensures the group, empty and with what protects its nodes already in place; RollNodes brings it to its size. A group that
 * exists keeps its template version: moving it is a roll.
 */
export async function ensureAutoScalingGroup(
  cluster: ClusterIdentity,
  group: NodeGroupBlueprint,
  template: TemplateVersion,
  subnetIds: readonly string[],
): Promise<void> {
  const existing = await groupNamed(group.groupName);
  if (existing) await requireNodeGroup(cluster, group, template, subnetIds, existing);
  else await createGroup(cluster, group, template, subnetIds);
  const suspended = (existing?.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName);
  if (!suspendedProcesses.every((process) => suspended.includes(process))) await suspendRebalancing(group);
}

async function groupNamed(groupName: string): Promise<AutoScalingGroup | undefined> {
  const request = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [groupName] });
  return (await autoScaling.send(request)).AutoScalingGroups?.[0];
}

/** A group that has our name launches machines with the workers' role: it must launch them as ours would. */
async function requireNodeGroup(
  cluster: ClusterIdentity,
  group: NodeGroupBlueprint,
  template: TemplateVersion,
  subnetIds: readonly string[],
  found: AutoScalingGroup,
): Promise<void> {
  const request = new DescribeLifecycleHooksCommand({ AutoScalingGroupName: group.groupName });
  const { LifecycleHooks } = await autoScaling.send(request);
  const launch = found.MixedInstancesPolicy?.LaunchTemplate;
  const wanted = mixedInstances(group, template);
  const distribution = found.MixedInstancesPolicy?.InstancesDistribution;
  requireShape(`The Auto Scaling group ${group.groupName}`, {
    tag: [keyIn(found.Tags, cluster.id, 'auto-scaling-group'), group.name],
    subnets: [unordered(found.VPCZoneIdentifier?.split(',')), unordered(subnetIds)],
    'launch template': [launch?.LaunchTemplateSpecification?.LaunchTemplateId, template.templateId],
    'instance types': [
      (launch?.Overrides ?? []).map(({ InstanceType }) => InstanceType),
      wanted.LaunchTemplate.Overrides.map(({ InstanceType }) => InstanceType),
    ],
    ...Object.fromEntries(
      Object.entries(wanted.InstancesDistribution).map(([name, value]) => [
        name,
        [distribution?.[name as keyof typeof wanted.InstancesDistribution], value] as const,
      ]),
    ),
    'protection of new instances': [found.NewInstancesProtectedFromScaleIn, true],
    'target groups': [found.TargetGroupARNs ?? [], []],
    'lifecycle hooks': [(LifecycleHooks ?? []).map(({ LifecycleHookName }) => LifecycleHookName), [drainHook]],
  });
}

async function createGroup(
  cluster: ClusterIdentity,
  group: NodeGroupBlueprint,
  template: TemplateVersion,
  subnetIds: readonly string[],
): Promise<void> {
  const command = new CreateAutoScalingGroupCommand({
    AutoScalingGroupName: group.groupName,
    MinSize: 0,
    MaxSize: group.size.max,
    DesiredCapacity: 0,
    VPCZoneIdentifier: subnetIds.join(','),
    MixedInstancesPolicy: mixedInstances(group, template),
    NewInstancesProtectedFromScaleIn: true,
    LifecycleHookSpecificationList: [drainHookSpecification],
    // The launch template tags instances and volumes: propagating would say the same twice.
    Tags: awsTags(cluster, `auto-scaling-group/${group.name}`).map((tag) => ({ ...tag, PropagateAtLaunch: false })),
  });
  try {
    await autoScaling.send(command);
  } catch (error) {
    throw whileSettling(error, group.groupName);
  }
}

/** New launch templates and instance profiles reach Auto Scaling late; it has no code of its own for that. */
function whileSettling(error: unknown, groupName: string): unknown {
  const message = error instanceof Error ? error.message : '';
  if (errorName(error) === 'AlreadyExists')
    return new NotReady(`A group ${groupName} exists, and Auto Scaling does not show it yet`, { cause: error });
  const isUnseen = /launch ?template|instance profile/i.test(message);
  if (errorName(error) === 'ValidationError' && isUnseen)
    return new NotReady(`Group ${groupName} cannot be created yet: ${message}`, { cause: error });
  return error;
}

/** Which instance types the group launches, and how many of them on Spot. */
export function mixedInstances({ machine, spot }: NodeGroupBlueprint, { templateId, version }: TemplateVersion) {
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: version },
      Overrides: machine.instanceTypes.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandBaseCapacity: spot.onDemandBase,
      OnDemandPercentageAboveBaseCapacity: 100 - spot.percentAboveBase,
      OnDemandAllocationStrategy: 'prioritized',
      SpotAllocationStrategy: 'price-capacity-optimized',
    },
  };
}

async function suspendRebalancing({ groupName }: NodeGroupBlueprint): Promise<void> {
  await autoScaling.send(
    new SuspendProcessesCommand({ AutoScalingGroupName: groupName, ScalingProcesses: suspendedProcesses }),
  );
}

/** The group as it is; Conflict when it is not there. */
export async function requireGroup(clusterId: string, key: string): Promise<FoundGroup> {
  const found = (await findAutoScalingGroups(clusterId)).find((group) => group.key === key);
  if (!found)
    throw new Conflict(`Node group ${key} of ${clusterId} is gone. Repair the cluster, or create the group again.`);
  return found;
}

/** Gives the group its limits and its size. */
export async function resize(
  groupName: string,
  { min, max, desired }: { readonly min: number; readonly max: number; readonly desired: number },
): Promise<void> {
  const command = new UpdateAutoScalingGroupCommand({
    AutoScalingGroupName: groupName,
    MinSize: min,
    MaxSize: max,
    DesiredCapacity: desired,
  });
  await autoScaling.send(command);
}

/** Why the group's latest launch failed; undefined when it did not. A group without capacity waits in silence otherwise. */
export async function launchFailure(groupName: string): Promise<string | undefined> {
  const { Activities } = await autoScaling.send(
    new DescribeScalingActivitiesCommand({ AutoScalingGroupName: groupName, MaxRecords: 20 }),
  );
  const [latest] = (Activities ?? []).filter(isLaunch);
  return latest?.StatusCode === 'Failed' ? (latest.StatusMessage ?? latest.Cause) : undefined;
}

const isLaunch = ({ Description }: Activity): boolean => Description?.startsWith('Launching') ?? false;

/** Deletes the group with its instances, without waiting for hooks. */
export async function removeAutoScalingGroup(groupName: string): Promise<void> {
  const command = new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: groupName, ForceDelete: true });
  try {
    await removed(groupName, autoScaling.send(command));
  } catch (error) {
    const gone =
      isNotFound(error) || (errorName(error) === 'ValidationError' && /not found/i.test((error as Error).message));
    if (!gone) throw error;
  }
}
