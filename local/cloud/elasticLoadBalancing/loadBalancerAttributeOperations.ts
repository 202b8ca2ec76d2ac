import * as z from 'zod';
import { networkInterfaces } from '../ec2/networkInterfaces.ts';
import { securityGroups } from '../ec2/securityGroups.ts';
import { operation } from '../operation.ts';
import { accessTo, accessToAll } from './access.ts';
import { elbError } from './errors.ts';
import { attributesInput, changedAttributes, shownAttributes } from './loadBalancerAttributes.ts';
import { loadBalancerOf, loadBalancers } from './loadBalancers.ts';

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
