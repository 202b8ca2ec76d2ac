import { drainHookSpecification, mixedInstances, suspendedProcesses } from '../../aws/autoScalingGroups.ts';
import { metadataOptions, rootVolume } from '../../aws/instances.ts';
import { templateTags } from '../../aws/launchTemplates.ts';
import type { Blueprint, MachineBlueprint, NodeGroupBlueprint } from '../../blueprint/blueprint.ts';
import { tagsOf } from '../../blueprint/tags.ts';
import { idIn, type Observation } from './observation.ts';
import { securityGroup, subnet, volumesKey } from './references.ts';
import { type Arguments, attribute, nameOf, type Part, type Resource } from './syntax.ts';

/** The node groups: launch template, Auto Scaling group and the hook that holds a node until it is drained. */
export const nodeGroupsPart = (blueprint: Blueprint, observed: Observation): Part => ({
  resources: blueprint.nodeGroups.flatMap((group) => [
    launchTemplate(blueprint, group, observed),
    autoScalingGroup(blueprint, group, observed),
    drainHook(group),
  ]),
  leftOut: [{ what: 'the machines of node groups', reason: 'their Auto Scaling groups launch and end them' }],
});

function launchTemplate({ cluster }: Blueprint, group: NodeGroupBlueprint, observed: Observation): Resource {
  const { name, groupName, machine } = group;
  const { HttpTokens, HttpPutResponseHopLimit, HttpEndpoint, HttpProtocolIpv6, InstanceMetadataTags } = metadataOptions;
  const template = observed.templates[name];
  return {
    type: 'aws_launch_template',
    name: nameOf('launch-template', name),
    id: idIn(observed, `launch-template/${name}`),
    values: {
      name: groupName,
      description: template?.description,
      image_id: machine.imageId,
      instance_type: machine.instanceTypes[0],
      iam_instance_profile: {
        name: attribute('aws_iam_instance_profile', nameOf('instance-profile', 'worker'), 'name'),
      },
      vpc_security_group_ids: [securityGroup('workers')],
      metadata_options: {
        http_tokens: HttpTokens,
        http_put_response_hop_limit: HttpPutResponseHopLimit,
        http_endpoint: HttpEndpoint,
        http_protocol_ipv6: HttpProtocolIpv6,
        instance_metadata_tags: InstanceMetadataTags,
      },
      block_device_mappings: rootDevices(machine),
      user_data: template?.userData,
      tag_specifications: templateTags(cluster, name).map(({ ResourceType = '', Tags = [] }) => ({
        resource_type: ResourceType,
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      })),
      tags: tagsOf(cluster, 'launch-template', name),
    },
  };
}

const rootDevices = (machine: MachineBlueprint): Arguments[] =>
  rootVolume(machine, '').map(({ DeviceName, Ebs }) => ({
    device_name: DeviceName,
    ebs: {
      volume_type: Ebs?.VolumeType,
      volume_size: Ebs?.VolumeSize,
      iops: Ebs?.Iops,
      throughput: Ebs?.Throughput,
      encrypted: String(Ebs?.Encrypted),
      kms_key_id: volumesKey,
      delete_on_termination: String(Ebs?.DeleteOnTermination),
    },
  }));

function autoScalingGroup(blueprint: Blueprint, group: NodeGroupBlueprint, observed: Observation): Resource {
  const { name, groupName, size, subnetKeys } = group;
  return {
    type: 'aws_autoscaling_group',
    name: nameOf('auto-scaling-group', name),
    id: groupName,
    values: {
      name: groupName,
      min_size: size.min,
      max_size: size.max,
      vpc_zone_identifier: subnetKeys.map((key) => subnet(blueprint, key)),
      mixed_instances_policy: mixedPolicy(group, observed.templates[name]?.version ?? ''),
      protect_from_scale_in: true,
      // What Auto Scaling's API sets where nobody says; the provider would say 300.
      health_check_grace_period: 0,
      suspended_processes: suspendedProcesses,
      tag: Object.entries(tagsOf(blueprint.cluster, 'auto-scaling-group', name)).map(([key, value]) => ({
        key,
        value,
        propagate_at_launch: false,
      })),
      // The size follows the load.
      lifecycle: { ignore_changes: ['desired_capacity'] },
    },
  };
}

function mixedPolicy(group: NodeGroupBlueprint, version: string): Arguments {
  const { LaunchTemplate, InstancesDistribution } = mixedInstances(group, { templateId: '', version });
  return {
    launch_template: {
      launch_template_specification: {
        launch_template_id: attribute('aws_launch_template', nameOf('launch-template', group.name), 'id'),
        version,
      },
      override: LaunchTemplate.Overrides.map(({ InstanceType }) => ({ instance_type: InstanceType })),
    },
    instances_distribution: {
      on_demand_base_capacity: InstancesDistribution.OnDemandBaseCapacity,
      on_demand_percentage_above_base_capacity: InstancesDistribution.OnDemandPercentageAboveBaseCapacity,
      on_demand_allocation_strategy: InstancesDistribution.OnDemandAllocationStrategy,
      spot_allocation_strategy: InstancesDistribution.SpotAllocationStrategy,
    },
  };
}

const drainHook = ({ name, groupName }: NodeGroupBlueprint): Resource => ({
  type: 'aws_autoscaling_lifecycle_hook',
  name: nameOf('auto-scaling-group', name, 'drain'),
  id: `${groupName}/${drainHookSpecification.LifecycleHookName}`,
  values: {
    name: drainHookSpecification.LifecycleHookName,
    autoscaling_group_name: attribute('aws_autoscaling_group', nameOf('auto-scaling-group', name), 'name'),
    lifecycle_transition: drainHookSpecification.LifecycleTransition,
    heartbeat_timeout: drainHookSpecification.HeartbeatTimeout,
    default_result: drainHookSpecification.DefaultResult,
  },
});
