import * as z from 'zod';
import { groupInstanceJob } from '../ec2/instanceLifecycle.ts';
import { operation } from '../operation.ts';
import { existingGroup } from './desiredCapacity.ts';
import { accessToGroup } from './groupAccess.ts';
import { updateGroup } from './groups.ts';
import { wake } from './groupWakes.ts';
import { membersOf } from './members.ts';

const processes = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

const input = z.strictObject({
  AutoScalingGroupName: z.string(),
  ScalingProcesses: z.array(z.enum(processes)).optional(),
});

export const SuspendProcesses = operation({
  input,
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'SuspendProcesses', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, ScalingProcesses = [...processes] }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const reason = `User suspended at ${new Date(world.clock.now()).toISOString().slice(0, 19)}Z`;
    const suspended = Object.fromEntries(ScalingProcesses.map((name) => [name, reason]));
    updateGroup(world, group.name, { suspended: { ...group.suspended, ...suspended } });
    return {};
  },
});

export const ResumeProcesses = operation({
  input,
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'ResumeProcesses', AutoScalingGroupName),
  run: (world, { AutoScalingGroupName, ScalingProcesses = [...processes] }) => {
    const group = existingGroup(world, AutoScalingGroupName);
    const stillSuspended = Object.entries(group.suspended).filter(([name]) =>
      ScalingProcesses.every((each) => each !== name),
    );
    updateGroup(world, group.name, { suspended: Object.fromEntries(stillSuspended), failure: undefined });
    wake(world, group.name, world.delays.of('groupReacts'));
    // Whatever went wrong meanwhile was not acted upon: every instance is looked at again.
    for (const { instanceId } of membersOf(world, group.name).rows())
      world.jobs.schedule(groupInstanceJob, 0, { instanceId });
    return {};
  },
});

/** Metrics are switched on for the record: the model has no CloudWatch. */
export const EnableMetricsCollection = operation({
  input: z.strictObject({
    AutoScalingGroupName: z.string(),
    Granularity: z.literal('1Minute'),
    Metrics: z.array(z.string()).optional(),
  }),
  access: (world, { AutoScalingGroupName }) => accessToGroup(world, 'EnableMetricsCollection', AutoScalingGroupName),
  run: (
    world,
    { AutoScalingGroupName, Metrics = ['GroupDesiredCapacity', 'GroupInServiceInstances', 'GroupTotalInstances'] },
  ) => {
    const group = existingGroup(world, AutoScalingGroupName);
    updateGroup(world, group.name, { metrics: [...new Set([...group.metrics, ...Metrics])] });
    return {};
  },
});
