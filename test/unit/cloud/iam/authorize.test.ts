import { explainDenial } from '../../../../local/cloud/iam/authorize.ts';
import { policyUseRecorder, unusedStatements } from '../../../../local/cloud/iam/policyUse.ts';
import type { Access } from '../../../../local/cloud/operation.ts';
import { administrator } from '../../../support/testWorld.ts';
import { anIamCloud, aRole, denialOf, policyOf, spread } from './iamWorld.ts';

const vpc = 'arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0a';
const deleteVpc: Access = { action: 'ec2:DeleteVpc', resource: vpc };
const allow = (statement: object) => policyOf({ Effect: 'Allow', Resource: '*', ...statement });

test('a role without policies may do nothing, and the denial says so in AWS’s words', async () => {
  const cloud = anIamCloud();
  const worker = await aRole(cloud);
  expect(explainDenial(cloud.world, worker, deleteVpc)).toBe(
    'User: arn:aws:sts::123456789012:assumed-role/worker/session is not authorized to perform: ec2:DeleteVpc ' +
      `on resource: ${vpc} because no identity-based policy allows the ec2:DeleteVpc action`,
  );
});

test.each<[string, object, boolean]>([
  ['the very action', { Action: 'ec2:DeleteVpc' }, true],
  ['actions regardless of case', { Action: 'ec2:deletevpc' }, true],
  ['a wildcard', { Action: 'ec2:Delete*' }, true],
  ['another action', { Action: 'ec2:CreateVpc' }, false],
  ['everything but other actions', { NotAction: 'ec2:Create*' }, true],
  ['everything but this action', { NotAction: 'ec2:Delete*' }, false],
  ['the very resource', { Action: '*', Resource: vpc }, true],
  ['resources of this shape', { Action: '*', Resource: 'arn:aws:ec2:*:123456789012:vpc/*' }, true],
  ['resources whose name is one character longer', { Action: '*', Resource: `${vpc}?` }, false],
  ['other resources', { Action: '*', Resource: 'arn:aws:ec2:*:*:subnet/*' }, false],
  ['all but this resource', { Action: '*', Resource: undefined, NotResource: vpc }, false],
  ['all but other resources', { Action: '*', Resource: undefined, NotResource: 'arn:aws:ec2:*:*:subnet/*' }, true],
])('a statement about %s', async (_title, statement, allows) => {
  expect((await denialOf(allow(statement), deleteVpc)) === undefined).toBe(allows);
});

test('an explicit deny wins over any allow', async () => {
  const policy = policyOf(
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'ec2:Delete*', Resource: '*' },
  );
  expect(await denialOf(policy, deleteVpc)).toMatch(/with an explicit deny in an identity-based policy$/);
});

const tagged = (tags: object): Access => ({
  ...deleteVpc,
  context: Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
});
const onlyIf = (condition: object) => allow({ Action: '*', Condition: condition });
const keysOf = (...keys: string[]): Access => ({
  action: 'ec2:CreateTags',
  resource: vpc,
  context: { 'aws:TagKeys': keys },
});
const createGroup: Access = {
  action: 'autoscaling:CreateAutoScalingGroup',
  resource: 'arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:*:autoScalingGroupName/workers',
  context: { 'autoscaling:MaxSize': '9' },
};

test.each<[string, object, Access, boolean]>([
  ['a tag that is equal', { StringEquals: { 'aws:ResourceTag/team': 'a' } }, tagged({ team: 'a' }), true],
  ['a tag that differs', { StringEquals: { 'aws:ResourceTag/team': 'a' } }, tagged({ team: 'b' }), false],
  ['a tag that is missing', { StringEquals: { 'aws:ResourceTag/team': 'a' } }, deleteVpc, false],
  ['one of several values', { StringEquals: { 'aws:ResourceTag/team': ['b', 'a'] } }, tagged({ team: 'a' }), true],
  ['none of several values', { StringNotEquals: { 'aws:ResourceTag/team': ['b', 'a'] } }, tagged({ team: 'a' }), false],
  ['a negation of what is missing', { StringNotEquals: { 'aws:ResourceTag/team': 'a' } }, deleteVpc, true],
  ['IfExists of what is missing', { StringEqualsIfExists: { 'aws:ResourceTag/team': 'a' } }, deleteVpc, true],
  ['IfExists of what differs', { StringEqualsIfExists: { 'aws:ResourceTag/team': 'a' } }, tagged({ team: 'b' }), false],
  ['a key in another case', { StringEquals: { 'AWS:resourcetag/Team': 'a' } }, tagged({ team: 'a' }), true],
  [
    'equality, which knows no wildcards',
    { StringEquals: { 'aws:ResourceTag/team': 'a*' } },
    tagged({ team: 'ab' }),
    false,
  ],
  ['likeness, which does', { StringLike: { 'aws:ResourceTag/team': 'a*' } }, tagged({ team: 'ab' }), true],
  ['Null of what is there', { Null: { 'aws:ResourceTag/team': 'false' } }, tagged({ team: 'a' }), true],
  ['Null of what is missing', { Null: { 'aws:ResourceTag/team': 'false' } }, deleteVpc, false],
  ['a boolean', { Bool: { 'aws:SecureTransport': true } }, deleteVpc, true],
  ['a number', { NumericLessThan: { 'autoscaling:MaxSize': '10' } }, createGroup, true],
  ['a date past', { DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, deleteVpc, true],
  ['a date to come', { DateGreaterThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }, deleteVpc, false],
  ['all of the keys allowed', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a', 'b'] } }, keysOf('a', 'b'), true],
  ['one key too many', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, keysOf('a', 'b'), false],
  ['no keys at all', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } }, deleteVpc, true],
  ['any of the keys', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, keysOf('b', 'a'), true],
  ['any of no keys', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['a'] } }, deleteVpc, false],
  ['an ARN, part by part', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/work*' } }, deleteVpc, true],
  [
    'an ARN whose wildcard would span parts',
    { ArnLike: { 'aws:PrincipalArn': 'arn:*:role/worker' } },
    deleteVpc,
    false,
  ],
  [
    'the principal’s own tag',
    { StringEquals: { 'aws:ResourceTag/team': `${'$'}{aws:PrincipalTag/team}` } },
    tagged({ team: 'red' }),
    true,
  ],
  [
    'another’s tag',
    { StringEquals: { 'aws:ResourceTag/team': `${'$'}{aws:PrincipalTag/team}` } },
    tagged({ team: 'blue' }),
    false,
  ],
  [
    'a tag the principal lacks',
    { StringEquals: { 'aws:ResourceTag/team': `${'$'}{aws:PrincipalTag/x}` } },
    tagged({ team: '' }),
    false,
  ],
])('a condition on %s', async (_title, condition, access, allows) => {
  const denial = await denialOf(onlyIf(condition), access, { tags: { team: 'red' } });
  expect(denial === undefined).toBe(allows);
});

test.each<[string, Access, boolean]>([
  [
    'the tags of an interface that an instance is launched onto',
    { action: 'ec2:RunInstances', resource: 'arn:aws:ec2:us-east-1:123456789012:network-interface/eni-1' },
    false,
  ],
  [
    'the tags of a security group that it is launched into',
    { action: 'ec2:RunInstances', resource: 'arn:aws:ec2:us-east-1:123456789012:security-group/sg-1' },
    true,
  ],
  ['the tags of a volume that is being created', { action: 'ec2:CreateVolume', resource: vpc }, false],
  [
    'the tags of a role',
    { action: 'iam:DeleteRole', resource: 'arn:aws:iam::123456789012:role/kubestep/a-master' },
    true,
  ],
  [
    'the tags of a network load balancer',
    {
      action: 'elasticloadbalancing:DeleteLoadBalancer',
      resource: 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/api/0123',
    },
    true,
  ],
])('a policy sees %s only where AWS offers them', async (_title, access, isSeen) => {
  const asked = { ...access, context: { 'aws:ResourceTag/team': 'a' } };
  const denial = await denialOf(onlyIf({ StringEquals: { 'aws:ResourceTag/team': 'a' } }), asked);
  expect(denial === undefined).toBe(isSeen);
});

test('a policy variable in a resource is filled in, its wildcards being plain characters', async () => {
  const policy = allow({ Action: 's3:GetObject', Resource: `arn:aws:s3:::bundles/${'$'}{aws:PrincipalTag/team}/*` });
  const object = (key: string): Access => ({ action: 's3:GetObject', resource: `arn:aws:s3:::bundles/${key}` });
  expect(await denialOf(policy, object('red/a'), { tags: { team: 'red' } })).toBeUndefined();
  expect(await denialOf(policy, object('blue/a'), { tags: { team: 'red' } })).toBeDefined();
  expect(await denialOf(policy, object('blue/a'), { tags: { team: '@' } })).toBeDefined();
});

test('a policy that changes counts some seconds later, and so does its removal', async () => {
  const cloud = anIamCloud();
  const worker = await aRole(cloud);
  const allowed = () => explainDenial(cloud.world, worker, deleteVpc) === undefined;
  await cloud.call('PutRolePolicy', {
    RoleName: 'worker',
    PolicyName: 'late',
    PolicyDocument: allow({ Action: 'ec2:DeleteVpc' }),
  });
  expect(allowed()).toBe(false);
  await cloud.world.clock.advance(spread);
  expect(allowed()).toBe(true);
  await cloud.call('DeleteRolePolicy', { RoleName: 'worker', PolicyName: 'late' });
  expect(allowed()).toBe(true);
  await cloud.world.clock.advance(spread);
  expect(allowed()).toBe(false);
});

test('a permissions boundary limits what policies allow and allows nothing itself', async () => {
  const cloud = anIamCloud();
  const { Policy } = await cloud.call<{ Policy: { Arn: string } }>('CreatePolicy', {
    PolicyName: 'boundary',
    PolicyDocument: allow({ Action: ['ec2:*', 's3:*'] }),
  });
  const policy = allow({ Action: ['ec2:DeleteVpc', 'kms:CreateKey'] });
  const worker = await aRole(cloud, { policy, boundary: Policy.Arn });
  const denial = (action: string) => explainDenial(cloud.world, worker, { action, resource: '*' });
  expect(denial('ec2:DeleteVpc')).toBeUndefined();
  expect(denial('kms:CreateKey')).toMatch(/because no permissions boundary allows the kms:CreateKey action$/);
  expect(denial('s3:GetObject')).toMatch(/because no identity-based policy allows/);
});

test('a new default version of a boundary limits every role that has it, seconds later', async () => {
  const cloud = anIamCloud();
  const { Policy } = await cloud.call<{ Policy: { Arn: string } }>('CreatePolicy', {
    PolicyName: 'boundary',
    PolicyDocument: allow({ Action: 'ec2:*' }),
  });
  const worker = await aRole(cloud, { policy: allow({ Action: '*' }), boundary: Policy.Arn });
  const allowed = () => explainDenial(cloud.world, worker, deleteVpc) === undefined;
  const PolicyDocument = allow({ Action: 's3:*' });
  await cloud.call('CreatePolicyVersion', { PolicyArn: Policy.Arn, PolicyDocument, SetAsDefault: true });
  expect(allowed()).toBe(true);
  await cloud.world.clock.advance(spread);
  expect(allowed()).toBe(false);
  expect(await cloud.errorOf('DeletePolicyVersion', { PolicyArn: Policy.Arn, VersionId: 'v2' })).toMatchObject({
    name: 'DeleteConflictException',
  });
});

test('a session of a role that was deleted and made again is refused', async () => {
  const cloud = anIamCloud();
  const policy = allow({ Action: '*' });
  const before = await aRole(cloud, { policy });
  await cloud.call('DeleteRolePolicy', { RoleName: 'worker', PolicyName: 'inline' });
  await cloud.call('DeleteRole', { RoleName: 'worker' });
  const after = await aRole(cloud, { policy });
  expect(after.roleArn).toBe(before.roleArn);
  expect(explainDenial(cloud.world, after, deleteVpc)).toBeUndefined();
  expect(explainDenial(cloud.world, before, deleteVpc)).toMatch(/security token included in the request is invalid/);
});

test('a policy whose condition the model cannot judge is refused when it is put', async () => {
  const cloud = anIamCloud();
  await aRole(cloud);
  const errorOfPut = (condition: object) =>
    cloud.errorOf('PutRolePolicy', { RoleName: 'worker', PolicyName: 'p', PolicyDocument: onlyIf(condition) });
  const wrong: [object, RegExp][] = [
    [{ StringEquals: { 'ec2:NoSuchKey': 'a' } }, /condition key ec2:NoSuchKey/],
    [{ StringResembles: { 'aws:PrincipalArn': 'a' } }, /condition operator StringResembles/],
    [{ StringEquals: { 'aws:PrincipalTag/a': `${'$'}{aws:ResourceTag/a}` } }, /policy variable aws:resourcetag\/a/],
  ];
  for (const [condition, message] of wrong) {
    expect(await errorOfPut(condition)).toMatchObject({ name: 'NotModelled', message: expect.stringMatching(message) });
  }
});

test('the administrator may do everything', () => {
  expect(explainDenial(anIamCloud().world, administrator, deleteVpc)).toBeUndefined();
});

test('the recorder names the statements that were needed, and those that never were', async () => {
  const cloud = anIamCloud();
  const policy = policyOf(
    { Sid: 'Needed', Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
    { Sid: 'Idle', Effect: 'Allow', Action: 's3:*', Resource: '*' },
  );
  const worker = await aRole(cloud, { policy });
  const recorder = policyUseRecorder();
  explainDenial(cloud.world, worker, deleteVpc);
  recorder.stop();
  expect([...recorder.used]).toEqual([[`${worker.roleArn} inline Needed`, new Set(['ec2:DeleteVpc'])]]);
  expect(unusedStatements(cloud.world, recorder.used)).toEqual([`${worker.roleArn} inline Idle`]);
});

test('300,000 checks take seconds, not minutes', async () => {
  const cloud = anIamCloud();
  const worker = await aRole(cloud, {
    tags: { team: 'red' },
    policy: onlyIf({ StringEquals: { 'aws:ResourceTag/team': `${'$'}{aws:PrincipalTag/team}` } }),
  });
  const access = tagged({ team: 'red', Name: 'x' });
  const before = process.cpuUsage().user;
  for (let count = 0; count < 30_000; count++) expect0(explainDenial(cloud.world, worker, access));
  const microseconds = (process.cpuUsage().user - before) / 30_000;
  expect(microseconds).toBeLessThan(60);
});

function expect0(denial: string | undefined): void {
  if (denial !== undefined) throw new Error(denial);
}
