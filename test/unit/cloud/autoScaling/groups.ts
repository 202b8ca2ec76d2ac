import type { Activity, AutoScalingGroup } from '@aws-sdk/client-auto-scaling';
import { arm64Image, type Compute, compute } from '../ec2Compute/compute.ts';

/** A template for small nodes. */
export async function aTemplate(world: Compute, data: object = {}): Promise<string> {
  const { LaunchTemplate } = await world.call<{ LaunchTemplate: { LaunchTemplateId: string } }>(
    'CreateLaunchTemplate',
    {
      LaunchTemplateName: 'nodes',
      LaunchTemplateData: {
        ImageId: arm64Image,
        InstanceType: 't4g.small',
        SecurityGroupIds: [world.groupId],
        ...data,
      },
    },
  );
  return LaunchTemplate.LaunchTemplateId;
}

export interface GroupWorld extends Compute {
  readonly templateId: string;
}

/** A world with a template and a group `workers` over the zones a, b and c. */
export async function aGroup(overrides: object = {}, world?: Compute): Promise<GroupWorld> {
  const cloud = world ?? (await compute());
  const templateId = await aTemplate(cloud);
  await cloud.call('autoscaling:CreateAutoScalingGroup', groupInput(cloud, templateId, overrides));
  return { ...cloud, templateId };
}

export function groupInput(world: Compute, templateId: string, overrides: object = {}): object {
  return {
    AutoScalingGroupName: 'workers',
    LaunchTemplate: { LaunchTemplateId: templateId, Version: '1' },
    VPCZoneIdentifier: world.subnetIds.join(','),
    MinSize: 0,
    MaxSize: 10_000,
    ...overrides,
  };
}

export async function group({ call }: Compute): Promise<AutoScalingGroup> {
  const { AutoScalingGroups } = await call<{ AutoScalingGroups: AutoScalingGroup[] }>(
    'autoscaling:DescribeAutoScalingGroups',
    { AutoScalingGroupNames: ['workers'] },
  );
  const [found] = AutoScalingGroups;
  if (!found) throw new Error('the group is gone');
  return found;
}

/** How many members each zone holds, in the order of the zones. */
export async function sizesByZone(world: Compute): Promise<number[]> {
  const { Instances = [] } = await group(world);
  return ['a', 'b', 'c'].map(
    (letter) => Instances.filter(({ AvailabilityZone }) => AvailabilityZone === `us-east-1${letter}`).length,
  );
}

export async function inService(world: Compute): Promise<string[]> {
  const { Instances = [] } = await group(world);
  return Instances.filter(({ LifecycleState }) => LifecycleState === 'InService').map(
    ({ InstanceId = '' }) => InstanceId,
  );
}

export async function activities({ call }: Compute): Promise<Activity[]> {
  const { Activities } = await call<{ Activities: Activity[] }>('autoscaling:DescribeScalingActivities', {
    AutoScalingGroupName: 'workers',
  });
  return Activities;
}
