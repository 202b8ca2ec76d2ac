import type { AutoScalingGroupsType } from '@aws-sdk/client-auto-scaling';
import type { DescribeNetworkInterfacesResult, DescribeVolumesResult } from '@aws-sdk/client-ec2';
import type {
  DescribeLoadBalancersOutput,
  DescribeTargetGroupAttributesOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TerraformExport } from '../../shared/export/terraform/exportTerraform.ts';
import { callLog } from '../support/callLog.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { declaredIn, importsIn } from '../unit/export/anExport.ts';

jest.setTimeout(120_000);

const log = callLog();
let account: TestAccount;
beforeAll(async () => {
  account = await anAccountWithCluster({ observers: [log.observer] });
});

const exported = () => account.ask('GET', '/clusters/demo/export/terraform');

/** Ids that AWS gave, by the type that imports them. */
const idsOf = (answer: TerraformExport, type: string): string[] =>
  importsIn(answer).flatMap(({ to, id }) => (to.startsWith(`${type}.`) ? [id] : []));

test('a cluster is exported with the ids of what AWS has, and nothing is written anywhere', async () => {
  const before = log.calls.length;
  const { status, body } = await exported();
  expect(status).toBe(200);
  const calls = log.calls.slice(before).map(({ operation }) => operation);
  // Invoke is the HTTP API's, which calls the function.
  expect(calls.filter((operation) => !/^(Describe|List|Get|Query|Invoke$)/.test(operation))).toEqual([]);

  const { Subnets } = await callAws<{ Subnets: { SubnetId: string }[] }>(account, 'ec2:DescribeSubnets', {});
  expect(idsOf(body, 'aws_subnet').sort()).toEqual(Subnets.map(({ SubnetId }) => SubnetId).sort());
  const { Volumes } = await callAws<{ Volumes: { VolumeId: string; Size: number }[] }>(
    account,
    'ec2:DescribeVolumes',
    {},
  );
  const known = new Set(Volumes.map(({ VolumeId }) => VolumeId));
  expect(idsOf(body, 'aws_ebs_volume').filter((id) => !known.has(id))).toEqual([]);
  expect(idsOf(body, 'aws_ebs_volume')).toHaveLength(3);
  expect(idsOf(body, 'aws_lb_listener')).toEqual([expect.stringContaining(':listener/net/')]);
});

describe('what an export says is what AWS shows', () => {
  /** What is declared of this type and name, beside what AWS shows of it. */
  const bothOf = async <Shown>(type: string, look: (id: string) => Promise<Shown>) => {
    const { body } = await exported();
    const declared = declaredIn(body).find((one) => one.mode === 'resource' && one.type === type);
    const id = importsIn(body).find(({ to }) => to === `${type}.${declared?.name}`)?.id ?? '';
    return { said: declared?.values ?? {}, shown: await look(id) };
  };

  test('of a node group', async () => {
    const { said, shown } = await bothOf('aws_autoscaling_group', async (name) => {
      const asked = { AutoScalingGroupNames: [name] };
      const answer = await callAws<AutoScalingGroupsType>(account, 'autoscaling:DescribeAutoScalingGroups', asked);
      return answer.AutoScalingGroups?.[0];
    });
    const distribution = shown?.MixedInstancesPolicy?.InstancesDistribution;
    const template = shown?.MixedInstancesPolicy?.LaunchTemplate;
    expect(said).toMatchObject({
      name: shown?.AutoScalingGroupName,
      min_size: shown?.MinSize,
      max_size: shown?.MaxSize,
      protect_from_scale_in: shown?.NewInstancesProtectedFromScaleIn,
      health_check_grace_period: shown?.HealthCheckGracePeriod,
      suspended_processes: shown?.SuspendedProcesses?.map(({ ProcessName }) => ProcessName),
      mixed_instances_policy: {
        launch_template: {
          launch_template_specification: { version: template?.LaunchTemplateSpecification?.Version },
          override: template?.Overrides?.map(({ InstanceType }) => ({ instance_type: InstanceType })),
        },
        instances_distribution: {
          on_demand_base_capacity: distribution?.OnDemandBaseCapacity,
          on_demand_percentage_above_base_capacity: distribution?.OnDemandPercentageAboveBaseCapacity,
          on_demand_allocation_strategy: distribution?.OnDemandAllocationStrategy,
          spot_allocation_strategy: distribution?.SpotAllocationStrategy,
        },
      },
    });
    const tags = (shown?.Tags ?? []).map(({ Key, Value, PropagateAtLaunch }) => ({
      key: Key,
      value: Value,
      propagate_at_launch: PropagateAtLaunch,
    }));
    expect(said.tag).toHaveLength(tags.length);
    expect(said.tag).toEqual(expect.arrayContaining(tags));
  });

  test('of a volume', async () => {
    const { said, shown } = await bothOf('aws_ebs_volume', async (id) => {
      const answer = await callAws<DescribeVolumesResult>(account, 'ec2:DescribeVolumes', { VolumeIds: [id] });
      return answer.Volumes?.[0];
    });
    expect(said).toMatchObject({
      availability_zone: shown?.AvailabilityZone,
      type: shown?.VolumeType,
      size: shown?.Size,
      iops: shown?.Iops,
      throughput: shown?.Throughput,
      encrypted: shown?.Encrypted,
    });
  });

  test('of an interface', async () => {
    const { said, shown } = await bothOf('aws_network_interface', async (id) => {
      const asked = { NetworkInterfaceIds: [id] };
      const answer = await callAws<DescribeNetworkInterfacesResult>(account, 'ec2:DescribeNetworkInterfaces', asked);
      return answer.NetworkInterfaces?.[0];
    });
    expect(said).toMatchObject({
      private_ips: [shown?.PrivateIpAddress],
      source_dest_check: shown?.SourceDestCheck,
      description: shown?.Description,
    });
  });

  test('of the API’s load balancer and its target group', async () => {
    const balancer = await bothOf('aws_lb', async (arn) => {
      const asked = { LoadBalancerArns: [arn] };
      const answer = await callAws<DescribeLoadBalancersOutput>(
        account,
        'elasticloadbalancing:DescribeLoadBalancers',
        asked,
      );
      return answer.LoadBalancers?.[0];
    });
    expect(balancer.said).toMatchObject({
      name: balancer.shown?.LoadBalancerName,
      load_balancer_type: balancer.shown?.Type,
      internal: balancer.shown?.Scheme === 'internal',
      ip_address_type: balancer.shown?.IpAddressType,
      enable_cross_zone_load_balancing: true,
    });
    const group = await bothOf('aws_lb_target_group', async (TargetGroupArn) => {
      const operation = 'elasticloadbalancing:DescribeTargetGroupAttributes';
      const { Attributes } = await callAws<DescribeTargetGroupAttributesOutput>(account, operation, { TargetGroupArn });
      return new Map(Attributes?.map(({ Key, Value }) => [Key, Value]));
    });
    expect(group.said).toMatchObject({
      preserve_client_ip: group.shown.get('preserve_client_ip.enabled'),
      deregistration_delay: group.shown.get('deregistration_delay.timeout_seconds'),
      connection_termination: group.shown.get('deregistration_delay.connection_termination.enabled') === 'true',
      target_health_state: { enable_unhealthy_connection_termination: false },
    });
  });
});

test('what only wears the cluster’s tags is not exported', async () => {
  const [real] = idsOf((await exported()).body, 'aws_internet_gateway');
  const { InternetGateways } = await callAws<{ InternetGateways: { Tags: object[] }[] }>(
    account,
    'ec2:DescribeInternetGateways',
    { InternetGatewayIds: [real] },
  );
  const TagSpecifications = [{ ResourceType: 'internet-gateway', Tags: InternetGateways[0]?.Tags }];
  await callAws(account, 'ec2:CreateInternetGateway', { TagSpecifications });
  await account.clock.advance({ minutes: 1 });
  expect(idsOf((await exported()).body, 'aws_internet_gateway')).toEqual([real]);
});

test('user data is exported as the machines get it: the way to the deployment and a hash, no secret', async () => {
  const { body } = await exported();
  const [template] = declaredIn(body).filter(({ type }) => type === 'aws_launch_template');
  const userData = Buffer.from(String(template?.values.user_data), 'base64').toString();
  expect(userData).toMatch(/[0-9a-f]{64}/);
  expect(JSON.stringify(body) + userData).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/);
});

test('a version that somebody adds to a launch template, and launches, is none of the cluster’s', async () => {
  const before = (await exported()).body.files['node_groups.tf.json'];
  const [LaunchTemplateId] = idsOf((await exported()).body, 'aws_launch_template');
  const LaunchTemplateData = { UserData: Buffer.from('curl evil').toString('base64') };
  await callAws(account, 'ec2:CreateLaunchTemplateVersion', {
    LaunchTemplateId,
    SourceVersion: '1',
    LaunchTemplateData,
  });
  const [AutoScalingGroupName] = idsOf((await exported()).body, 'aws_autoscaling_group');
  const LaunchTemplate = { LaunchTemplateSpecification: { LaunchTemplateId, Version: '2' } };
  const MixedInstancesPolicy = { LaunchTemplate };
  await callAws(account, 'autoscaling:UpdateAutoScalingGroup', { AutoScalingGroupName, MixedInstancesPolicy });
  await account.clock.advance({ minutes: 1 });
  expect((await exported()).body.files['node_groups.tf.json']).toEqual(before);
});

test('a cluster that is not whole is not exported: the refusal names what AWS does not show', async () => {
  const [id] = idsOf((await exported()).body, 'aws_launch_template');
  await callAws(account, 'ec2:DeleteLaunchTemplate', { LaunchTemplateId: id });
  await account.clock.advance({ minutes: 1 });
  const { status, body } = await exported();
  expect([status, body.error]).toEqual([400, 'InvalidRequest']);
  expect(body.message).toContain('launch-template/workers');
});

test('a cluster that does not exist cannot be exported', async () => {
  expect((await account.ask('GET', '/clusters/other/export/terraform')).status).toBe(404);
});
