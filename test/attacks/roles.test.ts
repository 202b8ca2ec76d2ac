import { instances } from '../../local/cloud/ec2/instances.ts';
import { explainDenial } from '../../local/cloud/iam/authorize.ts';
import type { RoleSession } from '../../local/cloud/principal.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { clusterIdOf } from '../support/runs.ts';
import { anAccountWithCluster } from '../support/standingCluster.ts';
import { attempt, denied, everything, functionSession, policy, sessionsOfFunctions, theRole } from './attackers.ts';

jest.setTimeout(120_000);

let account: TestAccount;
let clusterId: string;
let createRoles: RoleSession;
beforeEach(async () => {
  account = await anAccountWithCluster();
  clusterId = await clusterIdOf(account);
  createRoles = functionSession(account, 'CreateRoles');
});

const masterRole = () => theRole(account, new RegExp(`^${clusterId}-.*-master$`));

const trust = (Service: string) => policy([{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }]);

/** A role as createRoles makes it, but for what a test changes. */
const aRole = (changes: Record<string, unknown> = {}) => ({
  RoleName: `${clusterId}-us-east-1-more`,
  Path: '/kubestep/kubestep-dev-us-east-1/',
  AssumeRolePolicyDocument: trust('ec2.amazonaws.com'),
  PermissionsBoundary: masterRole().boundary,
  Tags: [
    { Key: 'kubestep/deployment', Value: 'kubestep-dev-us-east-1' },
    { Key: 'kubestep/cluster', Value: clusterId },
  ],
  ...changes,
});

test('createRoles makes a role below the boundary, under its path, for a cluster', async () => {
  expect(await attempt(account, createRoles, 'iam:CreateRole', aRole())).toBe('allowed');
});

test.each([
  ['without a boundary', { PermissionsBoundary: undefined }],
  ['below a boundary that is none', { PermissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['outside of the path', { Path: '/' }],
  ['under another path', { Path: '/kubestepper/' }],
  ['of no cluster', { Tags: [] }],
])('it makes none %s', async (_, changes) => {
  expect(denied).toContain(await attempt(account, createRoles, 'iam:CreateRole', aRole(changes)));
});

describe('a role without the boundary that somebody planted under its path', () => {
  test('is given no policy', async () => {
    await callAws(account, 'iam:CreateRole', aRole({ PermissionsBoundary: undefined }));
    const RoleName = aRole().RoleName;
    const input = { RoleName, PolicyName: 'all', PolicyDocument: policy(everything) };
    expect(denied).toContain(await attempt(account, createRoles, 'iam:PutRolePolicy', input));
  });
});

/** A document by which a machine runs what its author says. */
const shell = `schemaVersion: '2.2'
mainSteps:
  - action: aws:runShellScript
    name: run
    inputs: { runCommand: [id] }
`;

describe('no function', () => {
  const ofFunctions = () => sessionsOfFunctions(account);

  const allowing = (action: string, context: Record<string, string> = {}) =>
    ofFunctions()
      .filter((session) => {
        const { boundary, arn } = masterRole();
        const known = {
          'iam:PermissionsBoundary': boundary ?? '',
          'aws:ResourceTag/kubestep/cluster': clusterId,
          'aws:ResourceTag/kubestep/deployment': 'kubestep-dev-us-east-1',
        };
        return (
          explainDenial(account.world, session, { action, resource: arn, context: { ...known, ...context } }) ===
          undefined
        );
      })
      .map(({ sessionName }) => sessionName);

  test.each([
    'iam:DeleteRolePermissionsBoundary',
    'iam:PutRolePermissionsBoundary',
    'iam:UpdateAssumeRolePolicy',
    'iam:AttachRolePolicy',
    'sts:AssumeRole',
  ])('may %s of a machine’s role', (action) => {
    expect(allowing(action)).toEqual([]);
  });

  test('passes a machine’s role to Lambda, and only those that launch machines pass it to EC2', () => {
    expect(allowing('iam:PassRole', { 'iam:PassedToService': 'lambda.amazonaws.com' })).toEqual([]);
    expect(allowing('iam:PassRole', { 'iam:PassedToService': 'ec2.amazonaws.com' }).sort()).toEqual(
      ['CreateNodeGroups', 'CreateRoles', 'LaunchEtcd', 'StartMasters'].map((name) => `kubestep-dev-${name}`),
    );
  });

  test('has a machine run anything but the verbs of its deployment, and only applies and asks by them', async () => {
    const [machine] = [...instances(account.world).rows()].filter(({ instanceProfile }) =>
      instanceProfile?.arn.endsWith('-master'),
    );
    const InstanceIds = [machine?.instanceId];
    await callAws(account, 'ssm:CreateDocument', {
      Name: 'other-verbs',
      DocumentType: 'Command',
      DocumentFormat: 'YAML',
      Content: shell,
    });
    const sends: string[] = [];
    for (const session of ofFunctions()) {
      for (const input of [
        { DocumentName: 'AWS-RunShellScript', InstanceIds, Parameters: { commands: ['id'] } },
        { DocumentName: 'other-verbs', InstanceIds },
      ])
        expect([session.sessionName, denied]).toEqual([
          session.sessionName,
          expect.arrayContaining([await attempt(account, session, 'ssm:SendCommand', input)]),
        ]);
      const known = { 'aws:ResourceTag/kubestep/deployment': 'kubestep-dev-us-east-1' };
      const resource = `arn:aws:ec2:us-east-1:123456789012:instance/${machine?.instanceId}`;
      if (!explainDenial(account.world, session, { action: 'ssm:SendCommand', resource, context: known }))
        sends.push(session.sessionName);
      const others = { 'aws:ResourceTag/kubestep/deployment': 'kubestep-prod-us-east-1' };
      expect(
        explainDenial(account.world, session, { action: 'ssm:SendCommand', resource, context: others }),
      ).toBeDefined();
    }
    expect(sends.sort()).toEqual(
      [
        'ApplyAddons',
        'ConfigureOverlay',
        'ListRetainedVolumes',
        'StageBundle',
        'SwitchComponent',
        'TakeSnapshot',
        'ValidateCluster',
        'VerifySlot',
      ].map((name) => `kubestep-dev-${name}`),
    );
  });

  test('writes policies of roles but createRoles, and it not of functions’ roles', async () => {
    expect(allowing('iam:PutRolePolicy')).toEqual(['kubestep-dev-CreateRoles']);
    for (const RoleName of [
      theRole(account, /^kubestep-CreateRolesRole/),
      theRole(account, /^kubestep-StartWorkflowRole/),
    ].map(({ roleName }) => roleName)) {
      const input = { RoleName, PolicyName: 'all', PolicyDocument: policy(everything) };
      expect(denied).toContain(await attempt(account, createRoles, 'iam:PutRolePolicy', input));
    }
  });
});
