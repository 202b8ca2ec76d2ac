import type { Facts } from '../facts/facts.ts';
import type { PolicyStatement } from './blueprint.ts';
import { kubernetesClusterTag } from './tags.ts';

/**
 * What aws-cloud-controller-manager calls for node identity and Services of type LoadBalancer (source: its code; a test lists
 * the calls), and what Elastic Load Balancing then reads of EC2 in its name. Routes are never its work. What it changes
 * carries the cluster's tag; the Describe calls of EC2 and Elastic Load Balancing know no resources.
 */
export function cloudControllerStatements({
  partition,
  region,
  account,
  clusterId,
}: Facts): readonly PolicyStatement[] {
  const tag = kubernetesClusterTag(clusterId);
  const ec2 = (resource: string) => `arn:${partition}:ec2:${region}:${account}:${resource}`;
  const balancers = `arn:${partition}:elasticloadbalancing:${region}:${account}:*`;
  const carriesOurTag = { StringEquals: { [`aws:ResourceTag/${tag}`]: 'owned' } };
  const isGivenOurTag = { StringEquals: { [`aws:RequestTag/${tag}`]: 'owned' } };
  return [
    {
      Sid: 'CloudControllerReads',
      Effect: 'Allow',
      Action: [
        'ec2:DescribeAccountAttributes',
        'ec2:DescribeAddresses',
        'ec2:DescribeAvailabilityZones',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceTopology',
        'ec2:DescribeInternetGateways',
        'ec2:DescribeRouteTables',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSubnets',
        'ec2:DescribeVpcs',
        'ec2:GetSecurityGroupsForVpc',
        'elasticloadbalancing:DescribeListeners',
        'elasticloadbalancing:DescribeLoadBalancerAttributes',
        'elasticloadbalancing:DescribeLoadBalancerPolicies',
        'elasticloadbalancing:DescribeLoadBalancers',
        'elasticloadbalancing:DescribeTargetGroupAttributes',
        'elasticloadbalancing:DescribeTargetGroups',
        'elasticloadbalancing:DescribeTargetHealth',
      ],
      Resource: ['*'],
    },
    {
      Sid: 'CloudControllerCreatesBalancers',
      Effect: 'Allow',
      Action: ['elasticloadbalancing:CreateLoadBalancer', 'elasticloadbalancing:CreateTargetGroup'],
      Resource: [balancers],
      Condition: isGivenOurTag,
    },
    {
      Sid: 'CloudControllerTagsNewBalancers',
      Effect: 'Allow',
      Action: ['elasticloadbalancing:AddTags'],
      Resource: [balancers],
      Condition: {
        StringEquals: {
          'elasticloadbalancing:CreateAction': ['CreateLoadBalancer', 'CreateTargetGroup', 'CreateListener'],
          [`aws:RequestTag/${tag}`]: 'owned',
        },
      },
    },
    {
      Sid: 'CloudControllerChangesBalancers',
      Effect: 'Allow',
      Action: [
        'elasticloadbalancing:AddTags',
        'elasticloadbalancing:ApplySecurityGroupsToLoadBalancer',
        'elasticloadbalancing:AttachLoadBalancerToSubnets',
        'elasticloadbalancing:ConfigureHealthCheck',
        'elasticloadbalancing:CreateListener',
        'elasticloadbalancing:CreateLoadBalancerListeners',
        'elasticloadbalancing:CreateLoadBalancerPolicy',
        'elasticloadbalancing:DeleteListener',
        'elasticloadbalancing:DeleteLoadBalancer',
        'elasticloadbalancing:DeleteLoadBalancerListeners',
        'elasticloadbalancing:DeleteTargetGroup',
        'elasticloadbalancing:DeregisterInstancesFromLoadBalancer',
        'elasticloadbalancing:DeregisterTargets',
        'elasticloadbalancing:DetachLoadBalancerFromSubnets',
        'elasticloadbalancing:ModifyListener',
        'elasticloadbalancing:ModifyLoadBalancerAttributes',
        'elasticloadbalancing:ModifyTargetGroup',
        'elasticloadbalancing:ModifyTargetGroupAttributes',
        'elasticloadbalancing:RegisterInstancesWithLoadBalancer',
        'elasticloadbalancing:RegisterTargets',
        'elasticloadbalancing:SetLoadBalancerPoliciesForBackendServer',
        'elasticloadbalancing:SetLoadBalancerPoliciesOfListener',
      ],
      Resource: [balancers],
      Condition: carriesOurTag,
    },
    {
      Sid: 'CloudControllerCreatesGroups',
      Effect: 'Allow',
      Action: ['ec2:CreateSecurityGroup'],
      Resource: [ec2('security-group/*')],
      Condition: isGivenOurTag,
    },
    {
      Sid: 'CloudControllerCreatesGroupsInVpc',
      Effect: 'Allow',
      Action: ['ec2:CreateSecurityGroup'],
      Resource: [ec2('vpc/*')],
    },
    {
      Sid: 'CloudControllerTagsNewGroups',
      Effect: 'Allow',
      Action: ['ec2:CreateTags'],
      Resource: [ec2('security-group/*')],
      Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup', [`aws:RequestTag/${tag}`]: 'owned' } },
    },
    {
      Sid: 'CloudControllerChangesGroups',
      Effect: 'Allow',
      Action: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup', 'ec2:RevokeSecurityGroupIngress'],
      Resource: [ec2('security-group/*')],
      Condition: carriesOurTag,
    },
  ];
}
