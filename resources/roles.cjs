// One least-privilege role for each function: what every step needs, and what its policy file beside it lists.
// A function functions/steps/network/createVpc.ts with createVpc.policy.yml gets CreateVpcRole.
const { existsSync } = require('node:fs');
const { basename, join } = require('node:path');
const { functionSources, pascal } = require('./functionSources.cjs');

const root = join(__dirname, '..');

const prefix = '${self:service}-${sls:stage}';

/**
 * Roles that the policies of clusters' keys name, for as long as the clusters live. A name of their own makes a stack that is
 * deployed again the same signer; CloudFormation would give them other names, and no key would ever sign for those.
 */
const namedByKeys = ['issueCerts', 'issueKubeconfig', 'postCertificates', 'createKeys', 'deleteKeys'];

/** A role is passed to Lambda within its own account only, so no function of another account has to be excluded. */
const trustLambda = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Its own log group and the trace daemon; X-Ray knows no resources. */
const observability = (name) => [
  {
    Sid: 'WriteOwnLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: [{ 'Fn::Sub': `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${prefix}-${name}:*` }],
  },
  { Sid: 'Trace', Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: ['*'] },
];

/** Steps read the lock before they write, and the plan. */
const stepBase = {
  Sid: 'ReadLockAndPlan',
  Effect: 'Allow',
  Action: ['dynamodb:GetItem'],
  Resource: [{ 'Fn::GetAtt': ['ClustersTable', 'Arn'] }],
  Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['cluster#*', 'plan#*'] } },
};

/** The states around the lock itself list what they read of it. */
const isStep = (source) => source.startsWith('functions/steps/') && !source.startsWith('functions/steps/lock/');

function role(source) {
  const name = basename(source);
  const policies = [
    { PolicyName: 'base', PolicyDocument: { Version: '2012-10-17', Statement: [...observability(name), ...(isStep(source) ? [stepBase] : [])] } },
  ];
  if (existsSync(join(root, `${source}.policy.yml`))) {
    policies.push({ PolicyName: name, PolicyDocument: { Version: '2012-10-17', Statement: `\${file(${source}.policy.yml)}` } });
  }
  const RoleName = namedByKeys.includes(name) ? { RoleName: `\${self:custom.deploymentId}-${pascal(name)}Role` } : {};
  return { Type: 'AWS::IAM::Role', Properties: { ...RoleName, AssumeRolePolicyDocument: trustLambda, Policies: policies } };
}

module.exports = () => ({
  Resources: Object.fromEntries(functionSources().map((source) => [`${pascal(basename(source))}Role`, role(source)])),
});
