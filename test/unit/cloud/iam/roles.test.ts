import { instanceProfileUsable } from '../../../../local/cloud/iam/instanceProfiles.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import { testCloud, testWorld } from '../../../support/testWorld.ts';
import { anIamCloud, aRole, lambdaTrust, policyOf, spread, trustOf } from './iamWorld.ts';

const anything = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });

test('a role is made once, whatever the case of its name, and found a moment later', async () => {
  const cloud = anIamCloud();
  const create = { RoleName: 'master', Path: '/kubestep/', AssumeRolePolicyDocument: lambdaTrust };
  const { Role } = await cloud.call<{ Role: { Arn: string; RoleId: string } }>('CreateRole', create);
  expect(Role.Arn).toBe('arn:aws:iam::123456789012:role/kubestep/master');
  expect(Role.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
  expect(await cloud.errorOf('CreateRole', { ...create, RoleName: 'MASTER' })).toMatchObject({
    name: 'EntityAlreadyExistsException',
  });
  await cloud.world.clock.advance(spread);
  const found = await cloud.call<{ Role: { AssumeRolePolicyDocument: string } }>('GetRole', { RoleName: 'master' });
  expect(decodeURIComponent(found.Role.AssumeRolePolicyDocument)).toBe(lambdaTrust);
});

test('right after its creation GetRole may not find a role, while changing it succeeds', async () => {
  const world = testWorld({ delays: { of: () => 60_000 } });
  const cloud = testCloud([iam], { world });
  await cloud.call('CreateRole', { RoleName: 'master', AssumeRolePolicyDocument: lambdaTrust });
  expect(await cloud.errorOf('GetRole', { RoleName: 'master' })).toMatchObject({ name: 'NoSuchEntityException' });
  await expect(
    cloud.call('PutRolePolicy', { RoleName: 'master', PolicyName: 'p', PolicyDocument: anything }),
  ).resolves.toBeDefined();
});

test('a role is deleted only after everything that hangs on it', async () => {
  const cloud = anIamCloud();
  const RoleName = 'worker';
  const PolicyArn = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
  await aRole(cloud, { name: RoleName, policy: anything });
  await cloud.call('AttachRolePolicy', { RoleName, PolicyArn });
  await cloud.call('CreateInstanceProfile', { InstanceProfileName: 'profile' });
  await cloud.call('AddRoleToInstanceProfile', { InstanceProfileName: 'profile', RoleName });

  const steps: [string, object][] = [
    ['DetachRolePolicy', { RoleName, PolicyArn }],
    ['DeleteRolePolicy', { RoleName, PolicyName: 'inline' }],
    ['RemoveRoleFromInstanceProfile', { RoleName, InstanceProfileName: 'profile' }],
  ];
  for (const [operation, input] of steps) {
    expect(await cloud.errorOf('DeleteRole', { RoleName })).toMatchObject({ name: 'DeleteConflictException' });
    await cloud.call(operation, input);
  }
  await cloud.call('DeleteRole', { RoleName });
  expect(await cloud.errorOf('DeleteRole', { RoleName })).toMatchObject({ name: 'NoSuchEntityException' });
});

test.each<[string, object, string]>([
  ['no JSON', { AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocumentException'],
  ['a resource', { AssumeRolePolicyDocument: anything }, 'MalformedPolicyDocumentException'],
  [
    'a role that does not exist',
    { AssumeRolePolicyDocument: trustOf({ AWS: 'arn:aws:iam::123456789012:role/none' }) },
    'MalformedPolicyDocumentException',
  ],
  [
    'a boundary that does not exist',
    { AssumeRolePolicyDocument: lambdaTrust, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/none' },
    'NoSuchEntityException',
  ],
  ['a session of a minute', { AssumeRolePolicyDocument: lambdaTrust, MaxSessionDuration: 60 }, 'ValidationError'],
  [
    'a reserved tag',
    { AssumeRolePolicyDocument: lambdaTrust, Tags: [{ Key: 'aws:x', Value: '' }] },
    'InvalidInputException',
  ],
])('a role with %s in it is refused', async (_title, input, name) => {
  expect(await anIamCloud().errorOf('CreateRole', { RoleName: 'worker', ...input })).toMatchObject({ name });
});

test('roles are listed under a path, a page at a time, each once', async () => {
  const cloud = anIamCloud();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await cloud.call('CreateRole', { RoleName: name, Path: '/kubestep/', AssumeRolePolicyDocument: lambdaTrust });
  }
  await aRole(cloud, { name: 'elsewhere' });
  const names: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await cloud.call<{ Roles: { RoleName: string }[]; Marker?: string }>('ListRoles', {
      PathPrefix: '/kubestep/',
      MaxItems: 2,
      Marker,
    });
    names.push(...page.Roles.map((role) => role.RoleName));
    Marker = page.Marker;
  } while (Marker !== undefined);
  expect(names).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('an instance profile carries one role, and EC2 finds it seconds after it got it', async () => {
  const cloud = anIamCloud();
  await aRole(cloud);
  const { InstanceProfile } = await cloud.call<{ InstanceProfile: { Arn: string } }>('CreateInstanceProfile', {
    InstanceProfileName: 'p',
  });
  await cloud.world.clock.advance(spread);
  expect(instanceProfileUsable(cloud.world, InstanceProfile.Arn)).toBe(false);
  await cloud.call('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'worker' });
  expect(
    await cloud.errorOf('AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName: 'worker' }),
  ).toMatchObject({
    name: 'LimitExceededException',
  });
  expect(instanceProfileUsable(cloud.world, InstanceProfile.Arn)).toBe(false);
  await cloud.world.clock.advance(spread);
  expect(instanceProfileUsable(cloud.world, InstanceProfile.Arn)).toBe(true);
});

test('a service-linked role is made once and belongs to its service', async () => {
  const cloud = anIamCloud();
  const input = { AWSServiceName: 'autoscaling.amazonaws.com' };
  await cloud.call('CreateServiceLinkedRole', input);
  expect(await cloud.errorOf('CreateServiceLinkedRole', input)).toMatchObject({ name: 'InvalidInputException' });
  const RoleName = 'AWSServiceRoleForAutoScaling';
  expect(await cloud.errorOf('PutRolePolicy', { RoleName, PolicyName: 'p', PolicyDocument: anything })).toMatchObject({
    name: 'UnmodifiableEntityException',
  });
});

test('a managed policy that is in use stays', async () => {
  const cloud = anIamCloud();
  const { Policy } = await cloud.call<{ Policy: { Arn: string } }>('CreatePolicy', {
    PolicyName: 'boundary',
    PolicyDocument: anything,
  });
  await aRole(cloud, { boundary: Policy.Arn });
  expect(await cloud.errorOf('DeletePolicy', { PolicyArn: Policy.Arn })).toMatchObject({
    name: 'DeleteConflictException',
  });
  await cloud.call('DeleteRole', { RoleName: 'worker' });
  await expect(cloud.call('DeletePolicy', { PolicyArn: Policy.Arn })).resolves.toBeDefined();
});

describe('a function that makes roles under the boundary', () => {
  const ownRoles = 'arn:aws:iam::123456789012:role/kubestep/*';
  const boundary = 'arn:aws:iam::123456789012:policy/boundary';
  const makerPolicy = policyOf(
    {
      Effect: 'Allow',
      Action: 'iam:CreateRole',
      Resource: ownRoles,
      Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } },
    },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: ownRoles,
      Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
    },
    { Effect: 'Allow', Action: 'iam:AddRoleToInstanceProfile', Resource: '*' },
  );

  async function aMaker() {
    const cloud = anIamCloud();
    await cloud.call('CreatePolicy', { PolicyName: 'boundary', PolicyDocument: anything });
    const maker = await aRole(cloud, { name: 'maker', policy: makerPolicy });
    const create = (input: object) =>
      cloud.callAs(maker, 'CreateRole', { RoleName: 'master', AssumeRolePolicyDocument: lambdaTrust, ...input });
    return { cloud, maker, create };
  }

  test('makes one under its path with the boundary', async () => {
    const { create } = await aMaker();
    await expect(create({ Path: '/kubestep/', PermissionsBoundary: boundary })).resolves.toBeDefined();
  });

  test.each([
    ['without the boundary', { Path: '/kubestep/' }],
    ['outside its path', { Path: '/', PermissionsBoundary: boundary }],
    [
      'under another boundary',
      { Path: '/kubestep/', PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess' },
    ],
  ])('makes none %s', async (_title, input) => {
    const { create } = await aMaker();
    await expect(create(input)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('hands only its own roles to instances', async () => {
    const { cloud, maker, create } = await aMaker();
    await create({ Path: '/kubestep/', PermissionsBoundary: boundary });
    await cloud.call('CreateInstanceProfile', { InstanceProfileName: 'p' });
    const add = (RoleName: string) =>
      cloud.callAs(maker, 'AddRoleToInstanceProfile', { InstanceProfileName: 'p', RoleName });
    await expect(add('maker')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(/iam:PassRole/),
    });
    await expect(add('master')).resolves.toBeDefined();
  });
});

test('an issuer of tokens is known once by its address, and its removal may be repeated', async () => {
  const cloud = anIamCloud();
  const create = { Url: 'https://tokens.example.com/demo', ClientIDList: ['sts.amazonaws.com'] };
  const answer = await cloud.call<{ OpenIDConnectProviderArn: string }>('CreateOpenIDConnectProvider', create);
  const { OpenIDConnectProviderArn } = answer;
  expect(OpenIDConnectProviderArn).toBe('arn:aws:iam::123456789012:oidc-provider/tokens.example.com/demo');
  expect(await cloud.errorOf('CreateOpenIDConnectProvider', create)).toMatchObject({
    name: 'EntityAlreadyExistsException',
  });
  expect(await cloud.call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
    Url: 'tokens.example.com/demo',
    ClientIDList: ['sts.amazonaws.com'],
  });
  for (let time = 0; time < 2; time++) await cloud.call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  expect(await cloud.errorOf('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('quotas of the account are held', async () => {
  const cloud = anIamCloud();
  await aRole(cloud);
  const documents = Array.from({ length: 21 }, (_, index) => ({ PolicyName: `p${index}`, PolicyDocument: anything }));
  const attach = async (input: object) => {
    const { Policy } = await cloud.call<{ Policy: { Arn: string } }>('CreatePolicy', input);
    return cloud.call('AttachRolePolicy', { RoleName: 'worker', PolicyArn: Policy.Arn });
  };
  for (const input of documents.slice(0, 20)) await attach(input);
  await expect(attach(documents[20] ?? {})).rejects.toMatchObject({ name: 'LimitExceededException' });
  const long = policyOf({ Effect: 'Allow', Action: '*', Resource: `arn:aws:s3:::${'x'.repeat(10_240)}` });
  const put = { RoleName: 'worker', PolicyName: 'long', PolicyDocument: long };
  expect(await cloud.errorOf('PutRolePolicy', put)).toMatchObject({ name: 'LimitExceededException' });
});
