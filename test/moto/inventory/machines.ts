import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
} from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import { type Account, type Resource, tagsOf } from './resource.ts';

/** Instances, their volumes, and what launches them. */
export async function machinesIn(account: Account): Promise<Resource[]> {
  const client = new ec2.EC2Client(account);
  return [
    ...(await instances(client)),
    ...(await volumes(client)),
    ...(await launchTemplates(client)),
    ...(await groups(new AutoScalingClient(account))),
  ];
}

async function instances(client: ec2.EC2Client): Promise<Resource[]> {
  const { Reservations = [] } = await client.send(new ec2.DescribeInstancesCommand({}));
  return Reservations.flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => State?.Name !== 'terminated')
    .map(({ InstanceId = '', Tags, ...instance }) => ({
      type: 'instance',
      id: InstanceId,
      tags: tagsOf(Tags),
      properties: {
        State: instance.State?.Name,
        ImageId: instance.ImageId,
        InstanceType: instance.InstanceType,
        SubnetId: instance.SubnetId,
        AvailabilityZone: instance.Placement?.AvailabilityZone,
        SecurityGroups: instance.SecurityGroups?.map(({ GroupId }) => GroupId),
        Profile: instance.IamInstanceProfile?.Arn,
        IsPublic: instance.PublicIpAddress !== undefined,
        MetadataTokens: instance.MetadataOptions?.HttpTokens,
        MetadataHops: instance.MetadataOptions?.HttpPutResponseHopLimit,
        KeptDevices: instance.BlockDeviceMappings?.flatMap(({ DeviceName, Ebs }) =>
          Ebs?.DeleteOnTermination ? [] : DeviceName,
        ),
      },
    }));
}

async function volumes(client: ec2.EC2Client): Promise<Resource[]> {
  const { Volumes = [] } = await client.send(new ec2.DescribeVolumesCommand({}));
  return Volumes.map(({ VolumeId = '', Tags, ...volume }) => ({
    type: 'volume',
    id: VolumeId,
    tags: tagsOf(Tags),
    properties: {
      AvailabilityZone: volume.AvailabilityZone,
      VolumeType: volume.VolumeType,
      Size: volume.Size,
      Iops: volume.Iops,
      Throughput: volume.Throughput,
      Encrypted: volume.Encrypted,
      KmsKeyId: volume.KmsKeyId,
      AttachedTo: volume.Attachments?.map(({ InstanceId, Device }) => ({ InstanceId, Device })),
    },
  }));
}

async function launchTemplates(client: ec2.EC2Client): Promise<Resource[]> {
  const { LaunchTemplates = [] } = await client.send(new ec2.DescribeLaunchTemplatesCommand({}));
  return Promise.all(
    LaunchTemplates.map(async ({ LaunchTemplateId = '', LaunchTemplateName, Tags }) => {
      const { LaunchTemplateVersions = [] } = await client.send(
        new ec2.DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }),
      );
      return {
        type: 'launch-template',
        id: LaunchTemplateId,
        tags: tagsOf(Tags),
        properties: {
          LaunchTemplateName,
          Versions: LaunchTemplateVersions.map(({ VersionNumber, LaunchTemplateData }) => ({
            VersionNumber,
            LaunchTemplateData: {
              ...LaunchTemplateData,
              UserData: textOf(LaunchTemplateData?.UserData),
              TagSpecifications: Object.fromEntries(
                (LaunchTemplateData?.TagSpecifications ?? []).map(({ ResourceType, Tags }) => [
                  ResourceType,
                  tagsOf(Tags),
                ]),
              ),
            },
          })),
        },
      };
    }),
  );
}

const textOf = (base64 = '') => Buffer.from(base64, 'base64').toString();

async function groups(client: AutoScalingClient): Promise<Resource[]> {
  const { AutoScalingGroups = [] } = await client.send(new DescribeAutoScalingGroupsCommand({}));
  return Promise.all(
    AutoScalingGroups.map(async ({ AutoScalingGroupName = '', Tags, ...group }) => {
      const { LifecycleHooks = [] } = await client.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName }));
      return {
        type: 'auto-scaling-group',
        id: AutoScalingGroupName,
        tags: tagsOf(Tags),
        properties: {
          MinSize: group.MinSize,
          MaxSize: group.MaxSize,
          DesiredCapacity: group.DesiredCapacity,
          Subnets: group.VPCZoneIdentifier?.split(','),
          LaunchTemplate: group.LaunchTemplate,
          MixedInstancesPolicy: group.MixedInstancesPolicy,
          HealthCheckType: group.HealthCheckType,
          HealthCheckGracePeriod: group.HealthCheckGracePeriod,
          NewInstancesProtectedFromScaleIn: group.NewInstancesProtectedFromScaleIn,
          SuspendedProcesses: group.SuspendedProcesses?.map(({ ProcessName }) => ProcessName),
          Instances: group.Instances?.length,
          PropagatedTags: Tags?.flatMap(({ Key, PropagateAtLaunch }) => (PropagateAtLaunch ? Key : [])),
          LifecycleHooks: LifecycleHooks.map((hook) => ({
            LifecycleHookName: hook.LifecycleHookName,
            LifecycleTransition: hook.LifecycleTransition,
            HeartbeatTimeout: hook.HeartbeatTimeout,
            DefaultResult: hook.DefaultResult,
          })),
        },
      };
    }),
  );
}
