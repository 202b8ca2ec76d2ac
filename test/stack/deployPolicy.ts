import type { Stack } from './packagedStack.ts';

/** What a person or pipeline may do who deploys, updates and removes one kind of resource. */
interface Right {
  readonly actions: readonly string[];
  /** Resources by name, where AWS lets the actions be limited. */
  readonly on: readonly string[];
}

const stage = 'dev';
const region = 'us-east-1';
const stack = `kubestep-${stage}`;
const deployment = `${stack}-${region}`;
const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:ACCOUNT:${rest}`;

/**
 * Rights by the type of resource in the template (sources: each type's operations as CloudFormation calls them, and the Service
 * Authorization Reference). A type that is missing here fails the policy's test.
 */
const rightsByType: Readonly<Record<string, Right>> = {
  'AWS::Lambda::Function': {
    actions: [
      'lambda:CreateFunction',
      'lambda:GetFunction',
      'lambda:GetFunctionConfiguration',
      'lambda:GetFunctionCodeSigningConfig',
      'lambda:GetFunctionConcurrency',
      'lambda:GetFunctionRecursionConfig',
      'lambda:GetRuntimeManagementConfig',
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:PutFunctionConcurrency',
      'lambda:DeleteFunctionConcurrency',
      'lambda:DeleteFunction',
      'lambda:TagResource',
      'lambda:UntagResource',
      'lambda:ListTags',
    ],
    on: [arn('lambda', `function:${stack}-*`)],
  },
  'AWS::Lambda::Permission': {
    actions: ['lambda:AddPermission', 'lambda:RemovePermission', 'lambda:GetPolicy'],
    on: [arn('lambda', `function:${stack}-*`)],
  },
  'AWS::Logs::LogGroup': {
    actions: [
      'logs:CreateLogGroup',
      'logs:PutRetentionPolicy',
      'logs:DeleteRetentionPolicy',
      'logs:DeleteLogGroup',
      'logs:TagResource',
      'logs:UntagResource',
      'logs:ListTagsForResource',
    ],
    on: [
      arn('logs', `log-group:/aws/lambda/${stack}-*`),
      arn('logs', `log-group:/aws/vendedlogs/http-api/${stack}*`),
      arn('logs', `log-group:/aws/vendedlogs/states/${stack}*`),
    ],
  },
  'AWS::IAM::Role': {
    actions: [
      'iam:CreateRole',
      'iam:GetRole',
      'iam:UpdateRole',
      'iam:UpdateRoleDescription',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePolicy',
      'iam:GetRolePolicy',
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
      'iam:DeleteRolePolicy',
      'iam:DeleteRole',
      'iam:TagRole',
      'iam:UntagRole',
    ],
    on: [`arn:aws:iam::ACCOUNT:role/${stack}-*`],
  },
  'AWS::IAM::ManagedPolicy': {
    actions: [
      'iam:CreatePolicy',
      'iam:GetPolicy',
      'iam:GetPolicyVersion',
      'iam:ListPolicyVersions',
      'iam:CreatePolicyVersion',
      'iam:DeletePolicyVersion',
      'iam:DeletePolicy',
    ],
    on: [`arn:aws:iam::ACCOUNT:policy/kubestep/${deployment}/*`],
  },
  'AWS::StepFunctions::StateMachine': {
    actions: [
      'states:CreateStateMachine',
      'states:DescribeStateMachine',
      'states:UpdateStateMachine',
      'states:DeleteStateMachine',
      'states:TagResource',
      'states:UntagResource',
      'states:ListTagsForResource',
    ],
    on: [arn('states', `stateMachine:${stack}-*`)],
  },
  'AWS::DynamoDB::Table': {
    actions: [
      'dynamodb:CreateTable',
      'dynamodb:DescribeTable',
      'dynamodb:UpdateTable',
      'dynamodb:DeleteTable',
      'dynamodb:DescribeContinuousBackups',
      'dynamodb:UpdateContinuousBackups',
      'dynamodb:DescribeTimeToLive',
      'dynamodb:DescribeContributorInsights',
      'dynamodb:DescribeKinesisStreamingDestination',
      'dynamodb:GetResourcePolicy',
      'dynamodb:Query', // sls remove looks for clusters
      'dynamodb:TagResource',
      'dynamodb:UntagResource',
      'dynamodb:ListTagsOfResource',
    ],
    on: [arn('dynamodb', `table/${stack}`)],
  },
  'AWS::S3::Bucket': {
    actions: [
      's3:CreateBucket',
      's3:DeleteBucket',
      's3:ListBucket',
      's3:ListBucketVersions',
      's3:GetBucketLocation',
      's3:GetBucketVersioning',
      's3:PutBucketVersioning',
      's3:GetEncryptionConfiguration',
      's3:PutEncryptionConfiguration',
      's3:GetBucketPublicAccessBlock',
      's3:PutBucketPublicAccessBlock',
      's3:GetBucketOwnershipControls',
      's3:PutBucketOwnershipControls',
      's3:GetLifecycleConfiguration',
      's3:PutLifecycleConfiguration',
      's3:GetBucketTagging',
      's3:PutBucketTagging',
    ],
    on: [`arn:aws:s3:::${stack}-*`],
  },
  'AWS::S3::BucketPolicy': {
    actions: ['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'],
    on: [`arn:aws:s3:::${stack}-*`],
  },
  'AWS::Events::Rule': {
    actions: [
      'events:PutRule',
      'events:DescribeRule',
      'events:DeleteRule',
      'events:PutTargets',
      'events:RemoveTargets',
      'events:ListTargetsByRule',
      'events:TagResource',
      'events:ListTagsForResource',
    ],
    on: [arn('events', `rule/${stack}-*`)],
  },
  'AWS::Events::EventBus': {
    actions: [
      'events:CreateEventBus',
      'events:DescribeEventBus',
      'events:UpdateEventBus',
      'events:DeleteEventBus',
      'events:TagResource',
      'events:ListTagsForResource',
    ],
    on: [arn('events', `event-bus/${stack}-*`)],
  },
  'AWS::Events::EventBusPolicy': {
    actions: ['events:PutPermission', 'events:RemovePermission', 'events:DescribeEventBus'],
    on: [arn('events', `event-bus/${stack}-*`)],
  },
  'AWS::Scheduler::ScheduleGroup': {
    actions: [
      'scheduler:CreateScheduleGroup',
      'scheduler:GetScheduleGroup',
      'scheduler:DeleteScheduleGroup',
      'scheduler:TagResource',
      'scheduler:UntagResource',
      'scheduler:ListTagsForResource',
    ],
    on: [arn('scheduler', `schedule-group/${stack}`)],
  },
  'AWS::SSM::Document': {
    actions: [
      'ssm:CreateDocument',
      'ssm:DescribeDocument',
      'ssm:GetDocument',
      'ssm:UpdateDocument',
      'ssm:UpdateDocumentDefaultVersion',
      'ssm:DeleteDocument',
      'ssm:AddTagsToResource',
      'ssm:RemoveTagsFromResource',
      'ssm:ListTagsForResource',
    ],
    on: [arn('ssm', `document/${stack}-*`)],
  },
  ...Object.fromEntries(
    ['Api', 'Stage', 'Integration', 'Route'].map((type) => [
      `AWS::ApiGatewayV2::${type}`,
      {
        actions: ['apigateway:GET', 'apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
        on: [
          `arn:aws:apigateway:${region}::/apis`,
          `arn:aws:apigateway:${region}::/apis/*`,
          `arn:aws:apigateway:${region}::/tags/*`,
        ],
      },
    ]),
  ),
};

/** Who gets roles of the template. EventBridge Scheduler does not while the stack is deployed, but with each schedule. */
const passedTo = ['apigateway.amazonaws.com', 'lambda.amazonaws.com', 'states.amazonaws.com'];

/** The services that may assume a role of the template. */
export const servicesOfRoles = ({ ofType }: Stack): string[] =>
  [...JSON.stringify(ofType('AWS::IAM::Role')).matchAll(/"Service":\[?"([\w.]+)"/g)].map(([, service = '']) => service);

/** What the Serverless Framework itself calls, and what no resource of the template shows. */
const rightsBesides: Readonly<Record<string, Right & { readonly condition?: object }>> = {
  Stack: {
    actions: [
      'cloudformation:CreateStack',
      'cloudformation:CreateChangeSet',
      'cloudformation:DescribeChangeSet',
      'cloudformation:ExecuteChangeSet',
      'cloudformation:DeleteChangeSet',
      'cloudformation:DescribeStacks',
      'cloudformation:DescribeStackEvents',
      'cloudformation:DescribeStackResource',
      'cloudformation:DescribeStackResources',
      'cloudformation:ListStackResources',
      'cloudformation:GetTemplate',
      'cloudformation:UpdateStack',
      'cloudformation:UpdateTerminationProtection',
      'cloudformation:DeleteStack',
    ],
    on: [arn('cloudformation', `stack/${stack}/*`)],
  },
  Template: { actions: ['cloudformation:ValidateTemplate'], on: ['*'] },
  LookForImages: { actions: ['ecr:DescribeRepositories'], on: [arn('ecr', `repository/serverless-${stack}`)] },
  Packages: {
    actions: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 's3:DeleteObjectVersion'],
    on: [`arn:aws:s3:::${stack}-*/*`],
  },
  PassRoles: {
    actions: ['iam:PassRole'],
    on: [`arn:aws:iam::ACCOUNT:role/${stack}-*`],
    condition: { StringEquals: { 'iam:PassedToService': passedTo } },
  },
  LogDelivery: {
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    on: ['*'],
  },
};

/** The types of the template that have no rights here; a policy without them could not deploy it. */
export const typesWithoutRights = ({ template }: Stack): string[] =>
  typesOf(template).filter((type) => !(type in rightsByType));

const typesOf = (template: Stack['template']): string[] =>
  [...new Set(Object.values(template.Resources).map(({ Type }) => Type))].sort();

/** What the page's own `aws` commands look at (docs/deploy.md, "Remove a deployment completely"). */
const looks: Right = {
  actions: ['ec2:DescribeVolumes', 'iam:ListPolicies', 'tag:GetResources'],
  on: ['*'],
};

/**
 * The policies for a packaged stack, by their files in docs/. Two, because a managed policy holds 6,144 characters (source: IAM
 * and STS quotas).
 */
export function deployPolicies({ template }: Stack) {
  const types = Object.fromEntries(
    typesOf(template).map((type) => [type.split('::').slice(1).join(''), rightsByType[type]]),
  );
  return {
    'deploy-policy-stack.json': policyOf({ ...rightsBesides, LookAtWhatIsLeft: looks }),
    'deploy-policy-resources.json': policyOf(types),
  };
}

function policyOf(rights: Readonly<Record<string, (Right & { readonly condition?: object }) | undefined>>) {
  return {
    Version: '2012-10-17',
    Statement: Object.entries(rights).flatMap(([Sid, right]) =>
      right === undefined
        ? []
        : [
            {
              Sid,
              Effect: 'Allow',
              Action: right.actions,
              Resource: right.on,
              ...(right.condition && { Condition: right.condition }),
            },
          ],
    ),
  };
}
