import { packagedStack, type Stack, type Statement, statementsIn } from './packagedStack.ts';

jest.setTimeout(60_000); // packaging takes seconds when something changed

let stack: Stack;
beforeAll(async () => {
  stack = await packagedStack();
});

const everyStatement = (): [string, Statement][] =>
  [...stack.statements].flatMap(([role, statements]) =>
    statements.map((statement) => [role, statement] as [string, Statement]),
  );

/** What only looks, by IAM's naming of actions. */
const looks = /:(Describe|Get|List|BatchGet)/;

/**
 * Writes for which AWS offers neither a resource nor a condition key that would separate one cluster from another
 * (source: the service authorization reference), each with what limits it instead.
 */
const unconfinable: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'X-Ray knows no resources',
  'xray:PutTelemetryRecords': 'X-Ray knows no resources',
  'states:SendTaskSuccess': 'the task token, which nobody can guess, is the permission',
  'states:SendTaskFailure': 'the task token, which nobody can guess, is the permission',
  'states:SendTaskHeartbeat': 'the task token, which nobody can guess, is the permission',
  'logs:CreateLogDelivery': 'log delivery knows no resources',
  'logs:UpdateLogDelivery': 'log delivery knows no resources',
  'logs:DeleteLogDelivery': 'log delivery knows no resources',
  'logs:PutResourcePolicy': 'log delivery knows no resources',
};

test('no role may do everything of anything', () => {
  for (const [role, { Effect, Action }] of everyStatement()) {
    if (Effect !== 'Allow') continue;
    for (const action of Action)
      expect([role, action]).toEqual([role, expect.stringMatching(/^[a-z0-9-]+:[A-Za-z0-9]+$/)]);
  }
});

test('no statement allows everything but something', () => {
  for (const [role, statement] of everyStatement()) {
    expect([role, Object.keys(statement).filter((key) => key.startsWith('Not'))]).toEqual([role, []]);
  }
});

test('a write on every resource has a condition, or nothing that AWS could confine', () => {
  for (const [role, { Sid, Effect, Action, Resource, Condition }] of everyStatement()) {
    if (Effect !== 'Allow' || !Resource.includes('*') || Condition) continue;
    const writes = Action.filter((action) => !looks.test(action) && !(action in unconfinable));
    expect([role, Sid, writes]).toEqual([role, Sid, []]);
  }
});

test('a role is passed only to EC2', () => {
  for (const [role, { Action, Condition, Resource }] of everyStatement()) {
    if (!Action.includes('iam:PassRole')) continue;
    expect([role, Condition]).toEqual([
      role,
      expect.objectContaining({
        StringEquals: expect.objectContaining({ 'iam:PassedToService': 'ec2.amazonaws.com' }),
      }),
    ]);
    for (const resource of Resource) expect(JSON.stringify(resource)).toContain(':role/kubestep/');
  }
});

test('roles for machines are made only below the permissions boundary', () => {
  const creators = everyStatement().filter(([, { Action }]) => Action.includes('iam:CreateRole'));
  expect(creators.map(([role]) => role)).toEqual(['CreateRolesRole']);
  for (const [, { Condition, Resource }] of creators) {
    expect(JSON.stringify(Condition)).toContain('iam:PermissionsBoundary');
    expect(JSON.stringify(Resource)).toContain('/kubestep/');
  }
  const removers = everyStatement().filter(([, { Action }]) => Action.includes('iam:DeleteRolePermissionsBoundary'));
  expect(removers).toEqual([]);
});

test('only the functions that issue certificates sign', () => {
  const signers = new Set(
    everyStatement()
      .filter(([, { Action }]) => Action.includes('kms:Sign'))
      .map(([role]) => role),
  );
  expect([...signers].sort()).toEqual(['IssueCertsRole', 'IssueKubeconfigRole', 'PostCertificatesRole']);
});

test('a step runs on machines only through the deployment’s own document', () => {
  const senders = everyStatement().filter(([, { Action }]) => Action.includes('ssm:SendCommand'));
  expect(senders.length).toBeGreaterThan(0);
  for (const [role, { Resource, Condition }] of senders) {
    const documents = Resource.filter((resource) => /document/i.test(JSON.stringify(resource)));
    for (const document of documents) expect(JSON.stringify(document)).toMatch(/node-verbs|NodeVerbs/);
    const reach = documents.length === Resource.length || Condition !== undefined;
    expect([role, reach, Resource.includes('*')]).toEqual([role, true, false]);
  }
});

test('a machine’s boundary allows no service as a whole', () => {
  const [boundary] = stack.ofType('AWS::IAM::ManagedPolicy');
  const statements = statementsIn(boundary?.[1].Properties?.PolicyDocument);
  expect(statements.length).toBeGreaterThan(0);
  for (const { Effect, Action } of statements) {
    if (Effect === 'Allow') expect(Action.filter((action) => /(^|:)\*$/.test(action))).toEqual([]);
  }
});
