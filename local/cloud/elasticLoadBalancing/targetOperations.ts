import * as z from 'zod';
import { containsAddress, parseAddress } from '../ec2/cidr.ts';
import { instanceState, instances } from '../ec2/instances.ts';
import { cidrsOf, vpcs } from '../ec2/vpcs.ts';
import { operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf, type World } from '../world.ts';
import { accessTo, accessToAll, accessToEc2 } from './access.ts';
import { elbError, validationError } from './errors.ts';
import { listenersForwardingTo } from './listeners.ts';
import { type TargetGroupRow, targetGroupOf } from './targetGroups.ts';
import { targetHealth } from './targetHealth.ts';
import { type TargetRow, targets, targetsOf } from './targets.ts';

const targetInput = z.strictObject({
  Id: z.string(),
  Port: z.number().int().min(1).max(65535).optional(),
  AvailabilityZone: z.string().optional(),
});

type TargetInput = z.infer<typeof targetInput>;

const targetsInput = z.strictObject({ TargetGroupArn: z.string(), Targets: z.array(targetInput).min(1) });

export const RegisterTargets = operation({
  input: targetsInput,
  access: (world, { TargetGroupArn }) => [
    accessTo(world, 'RegisterTargets', TargetGroupArn),
    ...accessToEc2(world, 'RegisterTargets'),
  ],
  run: (world, { TargetGroupArn, Targets }) => {
    const group = targetGroupOf(world, TargetGroupArn);
    const present = targetsOf(world, TargetGroupArn);
    const wanted = Targets.map((target) => checkedTarget(world, group, target));
    const kept = present.filter((row) => !wanted.some((target) => isSame(row, target) && row.drainedAt !== undefined));
    const added = wanted.filter((target) => !kept.some((row) => isSame(row, target)));
    if (kept.length + added.length > quotaOf(world, 'L-A0D0B863')) {
      throw elbError('TooManyTargets', 'The quota on the number of targets per target group has been reached');
    }
    targets(world).put(TargetGroupArn, [...kept, ...added]);
    return {};
  },
});

function checkedTarget(world: World, group: TargetGroupRow, { Id, Port, AvailabilityZone }: TargetInput): TargetRow {
  const row = { id: Id, port: Port ?? group.port, registeredAt: nowOf(world) };
  if (group.targetType === 'instance') {
    checkInstance(world, group, Id);
    return row;
  }
  const address = parseAddress(Id);
  if (address === undefined) throw validationError(`The IP address '${Id}' is not a valid IPv4 address`);
  const vpc = vpcs(world).get(group.vpcId);
  const inVpc = vpc !== undefined && cidrsOf(vpc).some((cidr) => containsAddress(cidr, address));
  if (!inVpc && AvailabilityZone !== 'all') {
    throw validationError(`You must specify Availability Zone 'all' for the IP address '${Id}' outside the VPC`);
  }
  return AvailabilityZone === undefined ? row : { ...row, zone: AvailabilityZone };
}

function checkInstance(world: World, group: TargetGroupRow, instanceId: string): void {
  const instance = instances(world).get(instanceId);
  if (!instance) throw elbError('InvalidTarget', `The following targets are not valid instances: '${instanceId}'`);
  if (instance.vpcId !== group.vpcId) {
    throw elbError('InvalidTarget', `The following targets are not in the target group's VPC: '${instanceId}'`);
  }
  if (instanceState(world, instance) !== 'running') {
    throw elbError(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: '${instanceId}'`,
    );
  }
}

const isSame = (left: { id: string; port: number }, right: { id: string; port: number }) =>
  left.id === right.id && left.port === right.port;

export const DeregisterTargets = operation({
  input: targetsInput,
  access: (world, { TargetGroupArn }) => [accessTo(world, 'DeregisterTargets', TargetGroupArn)],
  run: (world, { TargetGroupArn, Targets }) => {
    const group = targetGroupOf(world, TargetGroupArn);
    // Without a port every registration of the id goes; one that is not registered is no error.
    const goes = (row: TargetRow) =>
      Targets.some(({ Id, Port }) => row.id === Id && (Port === undefined || row.port === Port));
    const isUsed = listenersForwardingTo(world, TargetGroupArn).length > 0;
    const delay = Number(group.attributes['deregistration_delay.timeout_seconds']) * 1000;
    const left = targetsOf(world, TargetGroupArn).flatMap((row) => {
      if (!goes(row) || row.drainedAt !== undefined) return [row];
      return isUsed ? [{ ...row, drainedAt: nowOf(world) + delay }] : [];
    });
    targets(world).put(TargetGroupArn, left);
    return {};
  },
});

export const DescribeTargetHealth = operation({
  input: z.strictObject({ TargetGroupArn: z.string(), Targets: z.array(targetInput).optional() }),
  access: () => accessToAll('DescribeTargetHealth'),
  run: (world, { TargetGroupArn, Targets }) => {
    const group = targetGroupOf(world, TargetGroupArn);
    const known = targetsOf(world, TargetGroupArn);
    const asked = Targets?.map(({ Id, Port }) => ({ id: Id, port: Port ?? group.port })) ?? known;
    return {
      TargetHealthDescriptions: asked.map((target) => {
        const row = known.find((each) => isSame(each, target));
        const zone = row?.zone === undefined ? {} : { AvailabilityZone: row.zone };
        const checkPort = group.healthCheck.port;
        return {
          Target: { Id: target.id, Port: target.port, ...zone },
          HealthCheckPort: checkPort === 'traffic-port' ? String(target.port) : checkPort,
          TargetHealth: row ? targetHealth(world, group, row) : notRegistered,
        };
      }),
    };
  },
});

const notRegistered = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
} as const;
