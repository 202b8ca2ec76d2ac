import * as z from 'zod';
import { networkInterfaces } from '../ec2/networkInterfaceRows.ts';
import { securityGroups } from '../ec2/securityGroups.ts';
import { operation } from '../operation.ts';
import { accessTo, accessToAll } from './access.ts';
import { elbError, validationError } from './errors.ts';
import { loadBalancerOf, loadBalancers } from './loadBalancers.ts';

/** What a new balancer has (source: ELBv2 API reference, LoadBalancerAttribute). */
export const defaultLoadBalancerAttributes: Readonly<
  Record<'network' | 'application', Readonly<Record<string, string>>>
> = {
  network: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'dns_record.client_routing_policy': 'any_availability_zone',
    'load_balancing.cross_zone.enabled': 'false',
    'zonal_shift.config.enabled': 'false',
  },
  application: {
    'access_logs.s3.enabled': 'false',
    'access_logs.s3.bucket': '',
    'access_logs.s3.prefix': '',
    'deletion_protection.enabled': 'false',
    'idle_timeout.timeout_seconds': '60',
    'load_balancing.cross_zone.enabled': 'true',
    'routing.http2.enabled': 'true',
  },
};

/** The `Attributes` parameter of every Modify…Attributes. */
export const attributesInput = z.array(z.strictObject({ Key: z.string(), Value: z.string() }));

/** Attributes as ELBv2 shows them. */
export function shownAttributes(attributes: Readonly<Record<string, string>>) {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** The attributes after a change; a key that the resource does not have is refused. */
export function changedAttributes(
  attributes: Readonly<Record<string, string>>,
  changes: z.infer<typeof attributesInput>,
): Record<string, string> {
  const unknown = changes.find(({ Key }) => !Object.hasOwn(attributes, Key));
  if (unknown) throw validationError(`Attribute key '${unknown.Key}' is not recognized`);
  return { ...attributes, ...Object.fromEntries(changes.map(({ Key, Value }) => [Key, Value])) };
}

export const DescribeLoadBalancerAttributes = operation({
  input: z.strictObject({ LoadBalancerArn: z.string() }),
  access: () => accessToAll('DescribeLoadBalancerAttributes'),
  run: (world, { LoadBalancerArn }) => ({
    Attributes: shownAttributes(loadBalancerOf(world, LoadBalancerArn).attributes),
  }),
});

/** Capacity that is set apart for a balancer, which nobody can reserve here: AWS then shows no minimum and no state. */
export const DescribeCapacityReservation = operation({
  input: z.strictObject({ LoadBalancerArn: z.string() }),
  access: () => accessToAll('DescribeCapacityReservation'),
  run: (world, { LoadBalancerArn }) => {
    loadBalancerOf(world, LoadBalancerArn);
    return { CapacityReservationState: [] };
  },
});

export const ModifyLoadBalancerAttributes = operation({
  input: z.strictObject({ LoadBalancerArn: z.string(), Attributes: attributesInput }),
  access: (world, { LoadBalancerArn }) => [accessTo(world, 'ModifyLoadBalancerAttributes', LoadBalancerArn)],
  run: (world, { LoadBalancerArn: arn, Attributes }) => {
    const row = loadBalancerOf(world, arn);
    const attributes = changedAttributes(row.attributes, Attributes);
    loadBalancers(world).put(arn, { ...row, attributes });
    return { Attributes: shownAttributes(attributes) };
  },
});

export const SetSecurityGroups = operation({
  input: z.strictObject({ LoadBalancerArn: z.string(), SecurityGroups: z.array(z.string()) }),
  access: (world, { LoadBalancerArn, SecurityGroups }) => [
    accessTo(world, 'SetSecurityGroups', LoadBalancerArn, {
      'elasticloadbalancing:SecurityGroup': SecurityGroups,
    }),
  ],
  run: (world, { LoadBalancerArn: arn, SecurityGroups: groupIds }) => {
    const row = loadBalancerOf(world, arn);
    if (row.type === 'network' && row.groupIds.length === 0) {
      throw elbError(
        'InvalidConfigurationRequest',
        'Security groups cannot be set on a network load balancer that was created without them',
      );
    }
    const unknown = groupIds.find((id) => securityGroups(world).get(id)?.vpcId !== row.vpcId);
    if (unknown !== undefined || groupIds.length === 0) {
      throw elbError('InvalidSecurityGroup', `The security group '${unknown ?? ''}' does not exist in ${row.vpcId}`);
    }
    loadBalancers(world).put(arn, { ...row, groupIds });
    for (const { networkInterfaceId } of row.nodes) {
      const node = networkInterfaces(world).get(networkInterfaceId);
      if (node) networkInterfaces(world).put(networkInterfaceId, { ...node, groupIds });
    }
    return { SecurityGroupIds: groupIds };
  },
});
