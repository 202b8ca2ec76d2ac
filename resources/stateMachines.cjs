// One state machine for each statemachines/<name>.asl.yml, with its role and its substitutions: ${CreateVpc} is the
// function createVpc, ${RollNodesMachine} the machine rollNodes, ${InvokeAndWaitForTaskToken} an integration of Step Functions
// in the stack's own partition. What is packaged is pure Amazon States Language.
const { readdirSync, readFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const { parse } = require('yaml');
const { pascal } = require('./functionSources.cjs');

const folder = join(__dirname, '..', 'statemachines');

const camel = (name) => name[0].toLowerCase() + name.slice(1);

const prefix = '${self:service}-${sls:stage}';

/** Ways of Step Functions to call others. An ARN of another partition fails only when the state runs. */
const integrations = {
  InvokeAndWaitForTaskToken: 'lambda:invoke.waitForTaskToken',
  StartExecutionAndWait: 'states:startExecution.sync:2',
};

// Literal ARNs, never !Ref: functions name machines and machines name functions, and CloudFormation refuses the cycle.
const arn = (service, resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
});
const machineName = (placeholder) => `${prefix}-${camel(placeholder.slice(0, -'Machine'.length))}`;
const isMachine = (placeholder) => placeholder.endsWith('Machine');
const isFunction = (placeholder) => !isMachine(placeholder) && !(placeholder in integrations);

function arnOf(placeholder) {
  if (placeholder in integrations) return { 'Fn::Sub': `arn:\${AWS::Partition}:states:::${integrations[placeholder]}` };
  if (isMachine(placeholder)) return arn('states', `stateMachine:${machineName(placeholder)}`);
  return arn('lambda', `function:${prefix}-${camel(placeholder)}`);
}

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

/**
 * A machine that starts others and waits for them asks for their state, stops them when it is stopped, and is notified of their
 * end by a rule that Step Functions manages (Step Functions developer guide, "IAM policies for calling state machines").
 */
const startAndAwait = (machines) => [
  { Sid: 'StartChildren', Effect: 'Allow', Action: ['states:StartExecution'], Resource: machines.map(arnOf) },
  {
    Sid: 'FollowChildren',
    Effect: 'Allow',
    Action: ['states:DescribeExecution', 'states:StopExecution'],
    Resource: machines.map((placeholder) => arn('states', `execution:${machineName(placeholder)}:*`)),
  },
  {
    Sid: 'HearOfTheirEnd',
    Effect: 'Allow',
    Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    Resource: [arn('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule')],
  },
];

/** The definition that a file holds, in pure Amazon States Language: aliases resolved, without fields that begin with x-. */
function definitionOf(text) {
  // The parser's default limit of 100 aliases is against hostile files.
  const fields = Object.entries(parse(text, { maxAliasCount: -1 })).filter(([field]) => !field.startsWith('x-'));
  return Object.fromEntries(fields);
}

/** The resources of one machine: itself and its role. */
function machine(name, definition) {
  const text = JSON.stringify(definition);
  const placeholders = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, placeholder]) => placeholder))].sort();
  const functions = placeholders.filter(isFunction);
  const machines = placeholders.filter(isMachine);
  const role = `${pascal(name)}MachineRole`;
  return {
    [`${pascal(name)}Machine`]: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        StateMachineName: `${prefix}-${name}`,
        StateMachineType: 'STANDARD',
        RoleArn: { 'Fn::GetAtt': [role, 'Arn'] },
        Definition: definition,
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
                ...(functions.length > 0
                  ? [{ Sid: 'InvokeSteps', Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: functions.map(arnOf) }]
                  : []),
                ...(machines.length > 0 ? startAndAwait(machines) : []),
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
      .filter((file) => file.endsWith('.asl.yml'))
      .map((file) => machine(basename(file, '.asl.yml'), definitionOf(readFileSync(join(folder, file), 'utf8')))),
  ),
});
module.exports.machine = machine;
