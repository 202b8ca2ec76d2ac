/**
 * AWS managed policies that the stack or a service-linked role uses, with the statements that the model's services know
 * (source: AWS Managed Policy Reference).
 */
const xray = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'];

const statements: Readonly<Record<string, readonly object[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': [
    { Effect: 'Allow', Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  ],
  AWSXRayDaemonWriteAccess: [
    { Effect: 'Allow', Action: [...xray, 'xray:GetSamplingStatisticSummaries'], Resource: ['*'] },
  ],
  AmazonSSMManagedInstanceCore: [
    {
      Effect: 'Allow',
      Action: [
        'ssm:DescribeAssociation',
        'ssm:GetDeployablePatchSnapshotForInstance',
        'ssm:GetDocument',
        'ssm:DescribeDocument',
        'ssm:GetManifest',
        'ssm:GetParameter',
        'ssm:GetParameters',
        'ssm:ListAssociations',
        'ssm:ListInstanceAssociations',
        'ssm:PutInventory',
        'ssm:PutComplianceItems',
        'ssm:PutConfigurePackageResult',
        'ssm:UpdateAssociationStatus',
        'ssm:UpdateInstanceAssociationStatus',
        'ssm:UpdateInstanceInformation',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      Resource: '*',
    },
    {
      Effect: 'Allow',
      Action: [
        'ec2messages:AcknowledgeMessage',
        'ec2messages:DeleteMessage',
        'ec2messages:FailMessage',
        'ec2messages:GetEndpoint',
        'ec2messages:GetMessages',
        'ec2messages:SendReply',
      ],
      Resource: '*',
    },
  ],
  'aws-service-role/AutoScalingServiceRolePolicy': [
    {
      Sid: 'EC2InstanceManagement',
      Effect: 'Allow',
      Action: [
        'ec2:CancelSpotInstanceRequests',
        'ec2:CreateFleet',
        'ec2:CreateTags',
        'ec2:DeleteTags',
        'ec2:Describe*',
        'ec2:ModifyInstanceAttribute',
        'ec2:RequestSpotInstances',
        'ec2:RunInstances',
        'ec2:StartInstances',
        'ec2:StopInstances',
        'ec2:TerminateInstances',
      ],
      Resource: '*',
    },
    {
      Sid: 'EC2InstanceProfileManagement',
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: '*',
      Condition: { StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' } },
    },
    {
      Sid: 'EC2SpotManagement',
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
    },
    {
      Sid: 'ELBManagement',
      Effect: 'Allow',
      Action: ['elasticloadbalancing:Register*', 'elasticloadbalancing:Deregister*', 'elasticloadbalancing:Describe*'],
      Resource: '*',
    },
  ],
  'aws-service-role/AWSElasticLoadBalancingServiceRolePolicy': [
    {
      Effect: 'Allow',
      Action: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:AssociateAddress',
        'ec2:AttachNetworkInterface',
        'ec2:AuthorizeSecurityGroupIngress',
        'ec2:CreateNetworkInterface',
        'ec2:CreateSecurityGroup',
        'ec2:DeleteNetworkInterface',
        'ec2:Describe*',
        'ec2:DetachNetworkInterface',
        'ec2:DisassociateAddress',
        'ec2:ModifyNetworkInterfaceAttribute',
        'ec2:UnassignPrivateIpAddresses',
      ],
      Resource: '*',
    },
  ],
  'aws-service-role/AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy': [
    { Sid: 'KMSSynchronizeMultiRegionKey', Effect: 'Allow', Action: 'kms:SynchronizeMultiRegionKey', Resource: '*' },
  ],
  'aws-service-role/AWSEC2SpotServiceRolePolicy': [
    {
      Effect: 'Allow',
      Action: ['ec2:Describe*', 'ec2:StartInstances', 'ec2:StopInstances', 'ec2:RunInstances'],
      Resource: ['*'],
    },
    {
      Effect: 'Allow',
      Action: ['iam:PassRole'],
      Resource: ['*'],
      Condition: { StringLike: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
    },
  ],
};

/** The policy documents by ARN. */
export const awsManagedPolicies: ReadonlyMap<string, string> = new Map(
  Object.entries(statements).map(([name, Statement]) => [
    `arn:aws:iam::aws:policy/${name}`,
    JSON.stringify({ Version: '2012-10-17', Statement }),
  ]),
);
