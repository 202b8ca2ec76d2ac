import { type Stack, type Statement, statementsIn } from './packagedStack.ts';

const introduction = `# Who may do what

Generated from the packaged template by \`npm run docs:permissions\`; a test compares it. Do not edit it by hand.

Every function has a role of its own, and every role is listed here with all that it may do. How to read it:

- "on everything" means that AWS knows no resource for an action, as for \`ec2:Describe…\`, X-Ray and task tokens.
- \`kubestep/cluster\` is the tag that every resource of a cluster carries from the call that creates it.
- \`is set\` means that the tag must be there; \`=\` that it must have this value.
- Every function also writes its own log and its traces (\`WriteOwnLog\`, \`Trace\`). Every step also reads the cluster's lock and
  the plan (\`ReadLockAndPlan\`). These three are the same everywhere and are left out below.

A local run obeys the same policies: a call that is not listed here fails there as it would in AWS.
`;

/** Statements that resources/roles.cjs gives to many functions alike. */
export const commonStatements = new Set(['WriteOwnLog', 'Trace', 'ReadLockAndPlan']);

/** The page's parts, by the folders of functions/. */
const titles: Readonly<Record<string, string>> = {
  'steps/lock': 'The lock of a cluster',
  'steps/run': 'Runs',
  'steps/network': 'Network',
  'steps/roles': 'Roles',
  'steps/authorities': 'Authorities',
  'steps/slots': 'Slots of the control plane',
  'steps/nodes': 'Nodes',
  'steps/addons': 'Inside the cluster',
  'steps/backup': 'Backups',
  'steps/deletion': 'Deletion',
  api: 'HTTP API',
  nodeApi: 'Node API',
  reactions: 'Reactions',
};

/** The page docs/permissions.md for a packaged stack. */
export function permissionsPage(stack: Stack): string {
  const functions = Object.entries(titles).map(([noun, title]) => {
    const members = stack.functions.filter(({ source }) => source.startsWith(`functions/${noun}/`));
    const sections = members.map(({ name, source, role }) =>
      section(name, `[${source}.ts](../${source}.ts)`, ownStatements(stack, role)),
    );
    return [`## ${title}\n`, ...sections].join('\n');
  });
  const machines = stack.machines.map(({ name }) =>
    section(
      name,
      'the state machine',
      ownStatements(stack, `${name.charAt(0).toUpperCase()}${name.slice(1)}MachineRole`),
    ),
  );
  const schedules = section('schedules', 'EventBridge Scheduler', stack.statements.get('ScheduleRole') ?? []);
  const httpApi = section('httpApi', 'API Gateway', stack.statements.get('HttpApiRole') ?? []);
  const boundary = stack
    .ofType('AWS::IAM::ManagedPolicy')
    .map(([name, { Properties }]) =>
      section(
        name,
        'the most that a role of a cluster’s machines can ever do',
        statementsIn(Properties?.PolicyDocument),
      ),
    );
  return [
    introduction,
    ...functions,
    '## State machines\n',
    ...machines,
    '## Schedules\n',
    schedules,
    '## Routes of the HTTP API\n',
    httpApi,
    '## Machines of clusters\n',
    ...boundary,
  ].join('\n');
}

const ownStatements = (stack: Stack, role: string) =>
  (stack.statements.get(role) ?? []).filter(({ Sid = '' }) => !commonStatements.has(Sid));

function section(name: string, what: string, statements: readonly Statement[]): string {
  const lines = statements.map(describeStatement);
  return [`### ${name}\n`, `${what}\n`, ...(lines.length > 0 ? lines : ['Nothing of its own.']), ''].join('\n');
}

function describeStatement({ Sid = 'Statement', Effect, Action, Resource, Condition = {} }: Statement): string {
  const actions = Action.map((action) => `\`${action}\``).join(', ');
  const resources = describeResources(Resource.map(textOf));
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => describeCondition(operator, key, value)),
  );
  const when = conditions.length > 0 ? `, if ${conditions.join(' and ')}` : '';
  return `- **${Sid}**: ${Effect === 'Deny' ? 'never ' : ''}${actions} on ${resources}${when}`;
}

/** Many ARNs that differ only in their last name are written once, with the names. */
function describeResources(resources: readonly string[]): string {
  const prefixes = new Set(resources.map((resource) => resource.replace(/[^:]*$/, '')));
  const [prefix] = prefixes;
  if (resources.length > 4 && prefixes.size === 1 && prefix) {
    const lastNames = resources.map((resource) => `\`${resource.slice(prefix.length)}\``);
    return `\`${prefix}\`…: ${lastNames.join(', ')}`;
  }
  return resources.map((resource) => (resource === '*' ? 'everything' : `\`${resource}\``)).join(', ');
}

/** How conditions read; an operator that is not listed is shown by its own name. */
const operatorSigns: Readonly<Record<string, string>> = {
  StringEquals: '=',
  ArnEquals: '=',
  Bool: '=',
  StringLike: 'is like',
  ArnLike: 'is like',
  StringNotEquals: 'is not',
  StringEqualsIfExists: 'is absent or',
  StringNotEqualsIfExists: 'is absent or is not',
  'ForAnyValue:StringEquals': 'has',
  'ForAnyValue:StringLike': 'has one like',
  'ForAllValues:StringLike': 'are all like',
  'ForAllValues:StringEquals': 'are all of',
};

function describeCondition(operator: string, key: string, value: unknown): string {
  if (operator === 'Null') return `\`${key}\` ${String(value) === 'false' ? 'is set' : 'is not set'}`;
  const values = (Array.isArray(value) ? value : [value]).map((one) => `\`${textOf(one)}\``).join(' or ');
  return `\`${key}\` ${operatorSigns[operator] ?? operator} ${values}`;
}

/** A value of the template as a person reads it: references by name, pseudo parameters in capitals. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const [name = '', argument] = Object.entries(value)[0] ?? [];
  if (name === 'Ref') return String(argument);
  if (name === 'Fn::GetAtt') return (argument as string[]).join('.');
  if (name === 'Fn::Join') return (argument as [string, unknown[]])[1].map(textOf).join((argument as [string])[0]);
  if (name === 'Fn::Sub') return substituted(String(Array.isArray(argument) ? argument[0] : argument));
  return JSON.stringify(value);
}

const substituted = (text: string) =>
  text
    .replaceAll(/\$\{AWS::Partition\}/g, 'aws')
    .replaceAll(/\$\{AWS::Region\}/g, 'REGION')
    .replaceAll(/\$\{AWS::AccountId\}/g, 'ACCOUNT')
    .replaceAll(/\$\{(\w+(?:\.\w+)?)\}/g, '$1')
    .replaceAll('${!', '${');
