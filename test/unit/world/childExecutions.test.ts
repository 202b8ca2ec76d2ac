import { createVirtualClock, type VirtualClock } from '../../../local/clock/virtualClock.ts';
import { administratorCalls } from '../../../local/deployment/administrator.ts';
import { createWorld, type EmbeddedWorld } from '../../../local/world/createWorld.ts';

interface MachineRole {
  readonly Properties: {
    readonly AssumeRolePolicyDocument: object;
    readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
  };
}
interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: unknown;
}

const { machine } = jest.requireActual<{
  machine(name: string, definition: string): Readonly<Record<string, MachineRole>>;
}>('../../../resources/stateMachines.cjs');

const arn = (name: string) => `arn:aws:states:us-east-1:123456789012:stateMachine:kubestep-dev-${name}`;

/** A machine that starts another, as the project's machines are written. */
const parent = (integration: string) =>
  JSON.stringify({
    QueryLanguage: 'JSONata',
    StartAt: 'Start',
    States: {
      Start: { Type: 'Task', Resource: integration, Arguments: { StateMachineArn: `\${RollNodesMachine}` }, End: true },
    },
  });
const child = {
  QueryLanguage: 'JSONata',
  StartAt: 'Rest',
  States: { Rest: { Type: 'Wait', Seconds: 60, End: true } },
};

/** What the stack gives the machine's role, with its names in this account. */
function statementsOfStack(definition: string): readonly Statement[] {
  const policies = machine('upgradeCluster', definition).UpgradeClusterMachineRole?.Properties.Policies ?? [];
  const text = JSON.stringify(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement))
    .replaceAll(`\${self:service}-\${sls:stage}`, 'kubestep-dev')
    .replaceAll(`\${AWS::Partition}`, 'aws')
    .replaceAll(`\${AWS::Region}`, 'us-east-1')
    .replaceAll(`\${AWS::AccountId}`, '123456789012');
  return JSON.parse(text, (_key, value) => value?.['Fn::Sub'] ?? value);
}

const without = (statements: readonly Statement[], action: string) =>
  statements
    .map((statement) => ({ ...statement, Action: statement.Action.filter((one) => one !== action) }))
    .filter(({ Action }) => Action.length > 0);

let world: EmbeddedWorld;
let clock: VirtualClock;
beforeEach(() => {
  clock = createVirtualClock({ startsAt: Date.UTC(2026, 10, 23) });
  world = createWorld({ clock, load: () => Promise.reject(new Error('no function is called')) });
});

const call = <Answer>(service: string, operation: string, input: Record<string, unknown>) =>
  clock.runUntil(administratorCalls(world.cloud, service)(operation, input)) as Promise<Answer>;

/** The role of the parent with these rights, which count by now. */
async function roleWith(statements: readonly Statement[]): Promise<string> {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const { Role } = await call<{ Role: { Arn: string } }>('iam', 'CreateRole', {
    RoleName: 'upgradeCluster',
    AssumeRolePolicyDocument: JSON.stringify(trust),
  });
  await replacePolicy(statements);
  return Role.Arn;
}

async function replacePolicy(Statement: readonly Statement[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await call('iam', 'PutRolePolicy', { RoleName: 'upgradeCluster', PolicyName: 'machine', PolicyDocument });
  await clock.advance({ minutes: 1 });
}

async function createMachines(roleArn: string, integration: string): Promise<void> {
  const create = (name: string, definition: string) =>
    call('states', 'CreateStateMachine', { name: `kubestep-dev-${name}`, roleArn, definition });
  await create('rollNodes', JSON.stringify(child));
  await create('upgradeCluster', parent(integration).replace(`\${RollNodesMachine}`, arn('rollNodes')));
}

async function run() {
  const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', {
    stateMachineArn: arn('upgradeCluster'),
  });
  return clock.runUntil(world.engine.whenEnded(executionArn));
}

const children = () => world.engine.list({ stateMachineArn: arn('rollNodes') });

const waiting = 'arn:aws:states:::states:startExecution.sync:2';
const rights = () => statementsOfStack(parent(`\${StartExecutionAndWait}`));

test('a machine with the rights that the stack gives it starts another and waits for it', async () => {
  await createMachines(await roleWith(rights()), waiting);
  expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
  expect(children()).toHaveLength(1);
});

test.each(['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'])(
  'without %s it starts nothing, and says why',
  async (action) => {
    await createMachines(await roleWith(without(rights(), action)), waiting);
    expect(await run()).toMatchObject({
      status: 'FAILED',
      error: 'StepFunctions.AWSStepFunctionsException',
      cause: expect.stringContaining(`is not authorized to perform: ${action}`),
    });
    expect(children()).toEqual([]);
  },
);

const rulesActions = ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'];

test.each(rulesActions)('without %s a machine that would wait for others cannot be created', async (action) => {
  const roleArn = await roleWith(without(rights(), action));
  await expect(createMachines(roleArn, waiting)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `'${roleArn}' is not authorized to create managed-rule.`,
  });
});

test('a role that loses its rights to the rule starts nothing any more', async () => {
  await createMachines(await roleWith(rights()), waiting);
  await replacePolicy(rulesActions.reduce(without, rights()));
  expect(await run()).toMatchObject({ error: 'StepFunctions.AWSStepFunctionsException' });
  expect(children()).toEqual([]);
});

test('who does not wait needs no more than the right to start', async () => {
  const starting = { Effect: 'Allow', Action: ['states:StartExecution'], Resource: arn('rollNodes') };
  await createMachines(await roleWith([starting]), 'arn:aws:states:::states:startExecution');
  expect(await run()).toMatchObject({ status: 'SUCCEEDED' });
});
