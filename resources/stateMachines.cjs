// One state machine for each statemachines/<name>.asl.json, with its role and its substitutions: ${CreateVpc} is the
// function createVpc, ${RollNodesMachine} the machine rollNodes. The definition itself stays pure Amazon States Language.
const { readdirSync, readFileSync } = require('node:fs');
const { basename, join } = require('node:path');

const folder = join(__dirname, '..', 'statemachines');

const pascal = (name) => name[0].toUpperCase() + name.slice(1);
const camel = (name) => name[0].toLowerCase() + name.slice(1);

const prefix = '${self:service}-${sls:stage}';

// Literal ARNs, never !Ref: functions name machines and machines name functions, and CloudFormation refuses the cycle.
const arnOf = (placeholder) =>
  placeholder.endsWith('Machine')
    ? { 'Fn::Sub': `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${prefix}-${camel(placeholder.slice(0, -'Machine'.length))}` }
    : { 'Fn::Sub': `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${prefix}-${camel(placeholder)}` };

const trustStates = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'states.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ],
};

/** Log delivery and X-Ray know no resources (Step Functions developer guide, "Logging using CloudWatch Logs"). */
const observability = [
  {
    Sid: 'DeliverLogs',
    Effect: 'Allow',
    Action: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    Resource: ['*'],
  },
  {
    Sid: 'Trace',
    Effect: 'Allow',
    Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    Resource: ['*'],
  },
];

function machine(name) {
  const definition = readFileSync(join(folder, `${name}.asl.json`), 'utf8');
  const placeholders = [...new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder))].sort();
  const functions = placeholders.filter((placeholder) => !placeholder.endsWith('Machine'));
  const machines = placeholders.filter((placeholder) => placeholder.endsWith('Machine'));
  const role = `${pascal(name)}MachineRole`;
  return {
    [`${pascal(name)}Machine`]: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: `${prefix}-${name}`,
        StateMachineType: 'STANDARD',
        RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
        Definition: `\${file(statemachines/${name}.asl.json)}`,
        DefinitionSubstitutions: Object.fromEntries(placeholders.map((placeholder) => [placeholder, arnOf(placeholder)])),
        TracingConfiguration: { Enabled: true },
        EncryptionConfiguration: { Type: 'AWS_OWNED_KEY' },
        LoggingConfiguration: {
          Level: 'ERROR',
          IncludeExecutionData: false,
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: { 'Fn::GetAtt': ['StateMachineLogs', 'Arn'] } } }],
        },
      },
    },
    [role]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trustStates,
        Policies: [
          {
            PolicyName: name,
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                { Sid: 'InvokeSteps', Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: functions.map(arnOf) },
                ...(machines.length > 0
                  ? [{ Sid: 'StartChildren', Effect: 'Allow', Action: ['states:StartExecution'], Resource: machines.map(arnOf) }]
                  : []),
                ...observability,
              ],
            },
          },
        ],
      },
    },
  };
}

module.exports = () => ({
  Resources: Object.assign(
    {},
    ...readdirSync(folder)
      .filter((file) => file.endsWith('.asl.json'))
      .map((file) => machine(basename(file, '.asl.json'))),
  ),
});
