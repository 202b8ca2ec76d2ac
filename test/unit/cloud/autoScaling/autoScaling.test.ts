import { capacityFaults } from '../../../../local/cloud/ec2/capacityFaults.ts';
import { breakInstance, loseZone, restoreZone } from '../../../../local/cloud/ec2/zoneOutages.ts';
import { compute, described } from '../ec2Compute/compute.ts';
import { activities, aGroup, aTemplate, group, groupInput, inService, sizesByZone } from './groups.ts';

describe('a group gets what it wants', () => {
  test('launches its instances in equal parts over its zones', async () => {
    const world = await aGroup({ DesiredCapacity: 7 });
    await world.world.clock.advance({ seconds: 15 });
    expect(await sizesByZone(world)).toEqual([3, 2, 2]);
    expect(await inService(world)).toHaveLength(7);
    expect((await activities(world)).map(({ StatusCode }) => StatusCode)).toEqual(Array(7).fill('Successful'));
    expect(world.world.failedJobs).toEqual([]);
  });

  test('gives its tags and the template’s to its instances, its own first', async () => {
    const world = await compute();
    const templateId = await aTemplate(world, {
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'role', Value: 'template' },
            { Key: 'os', Value: 'al2023' },
          ],
        },
      ],
    });
    const Tags = [
      { Key: 'role', Value: 'group', PropagateAtLaunch: true },
      { Key: 'note', Value: 'kept', PropagateAtLaunch: false },
    ];
    await world.call('autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, { DesiredCapacity: 1, Tags }));
    await world.world.clock.advance({ seconds: 15 });
    const [id = ''] = await inService(world);
    const tags = Object.fromEntries((await described(world, id)).Tags?.map(({ Key, Value }) => [Key, Value]) ?? []);
    expect(tags).toEqual({
      role: 'group',
      os: 'al2023',
      'aws:autoscaling:groupName': 'workers',
      'aws:ec2launchtemplate:id': templateId,
      'aws:ec2launchtemplate:version': '1',
    });
  });

  test('spreads over zones as it always does when it is configured to do so', async () => {
    const world = await aGroup();
    const strategy = { CapacityDistributionStrategy: 'balanced-best-effort' };
    const AutoScalingGroupName = 'workers';
    await world.call('autoscaling:UpdateAutoScalingGroup', {
      AutoScalingGroupName,
      AvailabilityZoneDistribution: strategy,
    });
    expect((await group(world)).AvailabilityZoneDistribution).toEqual(strategy);
  });

  test('keeps the pinned version when the template moves on', async () => {
    const world = await aGroup();
    const LaunchTemplateData = { InstanceType: 't4g.large' };
    await world.call('CreateLaunchTemplateVersion', {
      LaunchTemplateId: world.templateId,
      SourceVersion: '1',
      LaunchTemplateData,
    });
    await world.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'workers', DesiredCapacity: 1 });
    await world.world.clock.advance({ seconds: 15 });
    const [id = ''] = await inService(world);
    expect((await described(world, id)).InstanceType).toBe('t4g.small');
  });

  test('ends the oldest of the fullest zone when it shrinks, never a protected one', async () => {
    const world = await aGroup({ DesiredCapacity: 3 });
    await world.world.clock.advance({ seconds: 15 });
    const kept = await inService(world);
    await world.call('autoscaling:SetInstanceProtection', {
      AutoScalingGroupName: 'workers',
      InstanceIds: kept,
      ProtectedFromScaleIn: true,
    });
    await world.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'workers', DesiredCapacity: 6 });
    await world.world.clock.advance({ seconds: 15 });
    await world.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'workers', DesiredCapacity: 2 });
    await world.world.clock.advance({ minutes: 1 });
    expect((await inService(world)).sort()).toEqual(kept.sort());
  });

  test('5,000 instances take the time that the launch bucket dictates', async () => {
    const world = await aGroup();
    await world.call('autoscaling:SetDesiredCapacity', { AutoScalingGroupName: 'workers', DesiredCapacity: 5000 });
    await world.world.clock.advance({ seconds: 15 });
    expect((await inService(world)).length).toBeGreaterThanOrEqual(1000);
    await world.world.clock.advance({ minutes: 32 });
    expect((await inService(world)).length).toBeLessThan(5000);
    await world.world.clock.advance({ minutes: 2 });
    expect(await inService(world)).toHaveLength(5000);
  }, 60_000);
});

describe('what a group shows', () => {
  test('comes page by page, with nothing left out or doubled', async () => {
    const world = await aGroup({ DesiredCapacity: 120 });
    await world.world.clock.advance({ seconds: 15 });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await world.call<{ AutoScalingInstances: { InstanceId: string }[]; NextToken?: string }>(
        'autoscaling:DescribeAutoScalingInstances',
        { NextToken },
      );
      expect(page.AutoScalingInstances.length).toBeLessThanOrEqual(50);
      seen.push(...page.AutoScalingInstances.map(({ InstanceId }) => InstanceId));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(new Set(seen).size).toBe(120);
    expect(seen.sort()).toEqual((await inService(world)).sort());
  });

  test('is found by its tags, as they are now', async () => {
    const world = await aGroup({ Tags: [{ Key: 'kubestep/cluster', Value: 'a' }] });
    const found = async (Values: string[]) => {
      const Filters = [{ Name: 'tag:kubestep/cluster', Values }];
      const answer = await world.call<{ AutoScalingGroups: unknown[] }>('autoscaling:DescribeAutoScalingGroups', {
        Filters,
      });
      return answer.AutoScalingGroups.length;
    };
    expect([await found(['a']), await found(['b'])]).toEqual([1, 0]);
    const Tags = [{ ResourceId: 'workers', ResourceType: 'auto-scaling-group', Key: 'kubestep/cluster', Value: 'b' }];
    await world.call('autoscaling:CreateOrUpdateTags', { Tags });
    expect([await found(['a']), await found(['b'])]).toEqual([0, 1]);
  });

  test('says which of its instances are Spot Instances, as the policy shares them', async () => {
    const world = await compute();
    const templateId = await aTemplate(world);
    const MixedInstancesPolicy = {
      LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '1' } },
      InstancesDistribution: { OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 25 },
    };
    const overrides = { LaunchTemplate: undefined, MixedInstancesPolicy, DesiredCapacity: 10 };
    await world.call('autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, overrides));
    await world.world.clock.advance({ seconds: 15 });
    const spot: string[] = [];
    for (const id of await inService(world))
      if ((await described(world, id)).InstanceLifecycle === 'spot') spot.push(id);
    expect(spot).toHaveLength(6); // two of ten are the base, a quarter of the other eight is On-Demand
  });
});

describe('a group helps itself', () => {
  test('takes another zone when one has no capacity, and says so', async () => {
    const world = await compute();
    capacityFaults(world.world).put('us-east-1a/*', { remaining: 0 });
    await aGroup({ DesiredCapacity: 4 }, world);
    await world.world.clock.advance({ seconds: 15 });
    expect(await sizesByZone(world)).toEqual([0, 2, 2]);
    const failed = (await activities(world)).filter(({ StatusCode }) => StatusCode === 'Failed');
    expect(failed).toHaveLength(1);
    expect(failed[0]?.StatusMessage).toContain('do not have sufficient t4g.small capacity');
  });

  test('takes the next type of its policy when the first has no capacity', async () => {
    const world = await compute();
    capacityFaults(world.world).put('*/t4g.medium', { remaining: 1 });
    const templateId = await aTemplate(world);
    const MixedInstancesPolicy = {
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: templateId, Version: '1' },
        Overrides: [{ InstanceType: 't4g.medium' }, { InstanceType: 't4g.large' }],
      },
    };
    const overrides = { LaunchTemplate: undefined, MixedInstancesPolicy, DesiredCapacity: 3 };
    await world.call('autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, overrides));
    await world.world.clock.advance({ seconds: 15 });
    const types = (await group(world)).Instances?.map(({ InstanceType }) => InstanceType).sort();
    expect(types).toEqual(['t4g.large', 't4g.large', 't4g.medium']);
  });

  test('tries again by itself until capacity is back', async () => {
    const world = await compute();
    capacityFaults(world.world).put('*/*', { remaining: 0 });
    await aGroup({ DesiredCapacity: 3 }, world);
    await world.world.clock.advance({ minutes: 10 });
    expect(await inService(world)).toHaveLength(0);
    capacityFaults(world.world).delete('*/*');
    await world.world.clock.advance({ minutes: 6 });
    expect(await inService(world)).toHaveLength(3);
  });

  test('replaces an instance that someone terminated, and one whose host broke', async () => {
    const world = await aGroup({ DesiredCapacity: 3 });
    await world.world.clock.advance({ seconds: 15 });
    const [terminated = '', broken = '', well = ''] = await inService(world);
    await world.call('TerminateInstances', { InstanceIds: [terminated] });
    breakInstance(world.world, broken);
    await world.world.clock.advance({ minutes: 10 });
    const now = await inService(world);
    expect(now).toHaveLength(3);
    expect(now).toContain(well);
    expect(now).not.toContain(terminated);
    expect(now).not.toContain(broken);
  });

  test('moves out of a lost zone', async () => {
    const world = await aGroup({ DesiredCapacity: 6 });
    await world.world.clock.advance({ seconds: 15 });
    loseZone(world.world, 'us-east-1b');
    await world.world.clock.advance({ minutes: 10 });
    expect(await sizesByZone(world)).toEqual([3, 0, 3]);
    expect(await inService(world)).toHaveLength(6);
  });

  test('ends healthy instances to balance zones when a lost one is back, unless that is suspended', async () => {
    const afterOutage = async (suspended: boolean) => {
      const world = await aGroup({ DesiredCapacity: 6 });
      const processes = { AutoScalingGroupName: 'workers', ScalingProcesses: ['AZRebalance'] };
      if (suspended) await world.call('autoscaling:SuspendProcesses', processes);
      await world.world.clock.advance({ seconds: 15 });
      loseZone(world.world, 'us-east-1b');
      await world.world.clock.advance({ minutes: 20 });
      expect(await sizesByZone(world)).toEqual([3, 0, 3]);
      restoreZone(world.world, 'us-east-1b');
      await world.world.clock.advance({ hours: 1 });
      expect(await inService(world)).toHaveLength(6);
      return sizesByZone(world);
    };
    expect(await afterOutage(false)).toEqual([2, 2, 2]);
    expect(await afterOutage(true)).toEqual([3, 0, 3]);
  });

  test('is suspended by AWS when its launches fail for a day', async () => {
    const world = await compute();
    capacityFaults(world.world).put('*/*', { remaining: 0 });
    await aGroup({ DesiredCapacity: 1 }, world);
    await world.world.clock.advance({ hours: 25 });
    const [process] = (await group(world)).SuspendedProcesses ?? [];
    expect(process).toMatchObject({
      ProcessName: 'Launch',
      SuspensionReason: expect.stringContaining('Administrative'),
    });
  });

  test('replaces nothing while that is suspended, and does so when it is resumed', async () => {
    const world = await aGroup({ DesiredCapacity: 1 });
    await world.world.clock.advance({ seconds: 15 });
    const [id = ''] = await inService(world);
    const suspended = { AutoScalingGroupName: 'workers', ScalingProcesses: ['ReplaceUnhealthy'] };
    await world.call('autoscaling:SuspendProcesses', suspended);
    breakInstance(world.world, id);
    await world.world.clock.advance({ minutes: 30 });
    expect(await inService(world)).toEqual([id]);
    await world.call('autoscaling:ResumeProcesses', suspended);
    await world.world.clock.advance({ minutes: 10 });
    expect(await inService(world)).not.toContain(id);
    expect(await inService(world)).toHaveLength(1);
  });
});

describe('lifecycle hooks', () => {
  const hook = (transition: string) => ({
    LifecycleHookName: 'wait',
    LifecycleTransition: `autoscaling:EC2_INSTANCE_${transition}`,
    HeartbeatTimeout: 300,
  });
  const action = { AutoScalingGroupName: 'workers', LifecycleHookName: 'wait' };

  test('an instance waits for its launching hook, and enters service when it is completed', async () => {
    const world = await aGroup({ DesiredCapacity: 1, LifecycleHookSpecificationList: [hook('LAUNCHING')] });
    await world.world.clock.advance({ minutes: 1 });
    const [member] = (await group(world)).Instances ?? [];
    expect(member?.LifecycleState).toBe('Pending:Wait');
    const event = world.world.emitted.find(({ detailType }) => detailType === 'EC2 Instance-launch Lifecycle Action');
    expect(event?.detail).toMatchObject({ EC2InstanceId: member?.InstanceId, LifecycleHookName: 'wait' });
    const InstanceId = member?.InstanceId;
    await world.call('autoscaling:CompleteLifecycleAction', {
      ...action,
      InstanceId,
      LifecycleActionResult: 'CONTINUE',
    });
    expect(await inService(world)).toEqual([InstanceId]);
    const again = { ...action, InstanceId, LifecycleActionResult: 'CONTINUE' };
    expect((await world.errorOf('autoscaling:CompleteLifecycleAction', again)).message).toContain(
      'No active Lifecycle Action found',
    );
  });

  test('an abandoned launch is replaced', async () => {
    const world = await aGroup({ DesiredCapacity: 1, LifecycleHookSpecificationList: [hook('LAUNCHING')] });
    await world.world.clock.advance({ minutes: 1 });
    const [first] = (await group(world)).Instances ?? [];
    await world.world.clock.advance({ minutes: 6 });
    const [second] = (await group(world)).Instances ?? [];
    expect(second?.InstanceId).not.toBe(first?.InstanceId);
    expect(second?.LifecycleState).toBe('Pending:Wait');
  });

  test('a heartbeat lets a terminating instance live on', async () => {
    const world = await aGroup({ DesiredCapacity: 1, LifecycleHookSpecificationList: [hook('TERMINATING')] });
    await world.world.clock.advance({ seconds: 15 });
    const [InstanceId = ''] = await inService(world);
    const input = { InstanceId, ShouldDecrementDesiredCapacity: true };
    await world.call('autoscaling:TerminateInstanceInAutoScalingGroup', input);
    await world.world.clock.advance({ minutes: 4 });
    await world.call('autoscaling:RecordLifecycleActionHeartbeat', { ...action, InstanceId });
    await world.world.clock.advance({ minutes: 4 });
    expect((await described(world, InstanceId)).State?.Name).toBe('running');
    await world.world.clock.advance({ minutes: 2 });
    expect((await described(world, InstanceId)).State?.Name).toBe('terminated');
    expect((await group(world)).Instances).toEqual([]);
  });
});

describe('the end of a group', () => {
  test('is refused while it has instances, and takes them along when forced', async () => {
    const world = await aGroup({ DesiredCapacity: 2 });
    await world.world.clock.advance({ seconds: 15 });
    const AutoScalingGroupName = 'workers';
    const error = await world.errorOf('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName });
    expect(error.name).toBe('ResourceInUse');
    const ids = await inService(world);
    await world.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName, ForceDelete: true });
    expect((await group(world)).Status).toBe('Delete in progress');
    await world.world.clock.advance({ minutes: 1 });
    const { AutoScalingGroups } = await world.call<{ AutoScalingGroups: unknown[] }>(
      'autoscaling:DescribeAutoScalingGroups',
    );
    expect(AutoScalingGroups).toEqual([]);
    for (const id of ids) expect((await described(world, id)).State?.Name).toBe('terminated');
    expect(world.world.failedJobs).toEqual([]);
  });

  test('a detached instance runs on without its group', async () => {
    const world = await aGroup({ DesiredCapacity: 2 });
    await world.world.clock.advance({ seconds: 15 });
    const [id = ''] = await inService(world);
    await world.call('autoscaling:DetachInstances', {
      AutoScalingGroupName: 'workers',
      InstanceIds: [id],
      ShouldDecrementDesiredCapacity: true,
    });
    await world.call('autoscaling:DeleteAutoScalingGroup', { AutoScalingGroupName: 'workers', ForceDelete: true });
    await world.world.clock.advance({ minutes: 5 });
    expect((await described(world, id)).State?.Name).toBe('running');
  });
});

describe('a request is refused', () => {
  test.each([
    ['a template that does not exist', { LaunchTemplate: { LaunchTemplateId: 'lt-0123456789abcdef0', Version: '1' } }],
    ['a version that does not exist', { LaunchTemplate: { LaunchTemplateName: 'nodes', Version: '9' } }],
    ['a subnet that does not exist', { VPCZoneIdentifier: 'subnet-0123456789abcdef0' }],
    ['more than the maximum', { MaxSize: 1, DesiredCapacity: 2 }],
    ['no template at all', { LaunchTemplate: undefined }],
  ])('%s', async (_, overrides) => {
    const world = await compute();
    const templateId = await aTemplate(world);
    const error = await world.errorOf('autoscaling:CreateAutoScalingGroup', groupInput(world, templateId, overrides));
    expect(error.name).toBe('ValidationError');
  });

  test('a name that is taken, and a parameter that is not modelled', async () => {
    const world = await aGroup();
    const again = groupInput(world, world.templateId);
    expect((await world.errorOf('autoscaling:CreateAutoScalingGroup', again)).name).toBe('AlreadyExists');
    const unknown = { AutoScalingGroupName: 'workers', MaxInstanceLifetime: 86_400 };
    expect((await world.errorOf('autoscaling:UpdateAutoScalingGroup', unknown)).name).toBe('NotModelled');
  });
});
