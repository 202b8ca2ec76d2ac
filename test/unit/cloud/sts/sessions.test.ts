import { assumeRole } from '../../../../local/cloud/iam/assumeRole.ts';
import { sessionOf } from '../../../../local/cloud/sts/sessions.ts';
import { anIamCloud, aRole, policyOf, spread, trustOf } from '../iam/iamWorld.ts';

const onlyEc2 = trustOf({ Service: 'ec2.amazonaws.com' });
const account = 'arn:aws:iam::123456789012:root';
const mayAssume = policyOf({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });

test('the session of an instance is named by EC2, and nobody else assumes its role', async () => {
  const cloud = anIamCloud();
  const { roleArn, roleId } = await aRole(cloud, { name: 'master', trust: onlyEc2 });
  const thief = await aRole(cloud, {
    name: 'thief',
    policy: policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }),
  });
  expect(assumeRole(cloud.world, roleArn, 'i-0a', 'ec2.amazonaws.com')).toEqual({
    kind: 'role',
    roleArn,
    roleId,
    sessionName: 'i-0a',
  });
  for (const by of ['lambda.amazonaws.com', thief]) {
    expect(() => assumeRole(cloud.world, roleArn, 'i-0a', by)).toThrow(/is not authorized to perform: sts:AssumeRole/);
  }
  const stolen = { RoleArn: roleArn, RoleSessionName: 'i-0a' };
  await expect(cloud.callAs(thief, 'sts:AssumeRole', stolen)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect(await cloud.errorOf('sts:AssumeRole', stolen)).toMatchObject({ name: 'AccessDenied' });
});

test('a role that trusts the account is assumed by those whom the account lets', async () => {
  const cloud = anIamCloud();
  const { roleArn } = await aRole(cloud, { name: 'viewer', trust: trustOf({ AWS: account }) });
  const allowed = await aRole(cloud, { name: 'allowed', policy: mayAssume });
  const other = await aRole(cloud, { name: 'other' });
  const input = { RoleArn: roleArn, RoleSessionName: 'alice' };
  const answer = await cloud.callAs<{ Credentials: { AccessKeyId: string } }>(allowed, 'sts:AssumeRole', input);
  const session = sessionOf(cloud.world, answer.Credentials.AccessKeyId)?.session;
  expect(session).toMatchObject({ roleArn, sessionName: 'alice' });
  await expect(cloud.callAs(other, 'sts:AssumeRole', input)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a role that names another in its trust needs no policy of that one', async () => {
  const cloud = anIamCloud();
  const friend = await aRole(cloud, { name: 'friend' });
  const { roleArn } = await aRole(cloud, { name: 'host', trust: trustOf({ AWS: friend.roleArn }) });
  const input = { RoleArn: roleArn, RoleSessionName: 'visit' };
  await expect(cloud.callAs(friend, 'sts:AssumeRole', input)).resolves.toHaveProperty('Credentials');
});

test('a condition of the trust policy is held: the source that a service acts for', async () => {
  const cloud = anIamCloud();
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { Service: 'scheduler.amazonaws.com' },
    Action: 'sts:AssumeRole',
    Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:*:*:schedule/kubestep/*' } },
  });
  const { roleArn } = await aRole(cloud, { name: 'backup', trust });
  const assume = (group: string) =>
    assumeRole(cloud.world, roleArn, 'run', 'scheduler.amazonaws.com', {
      sourceArn: `arn:aws:scheduler:us-east-1:123456789012:schedule/${group}/nightly`,
    });
  expect(assume('kubestep').roleArn).toBe(roleArn);
  expect(() => assume('foreign')).toThrow(/not authorized/);
});

test('credentials end when their time is over, at most an hour for a role that assumes another', async () => {
  const cloud = anIamCloud();
  const { roleArn } = await aRole(cloud, { name: 'viewer', trust: trustOf({ AWS: account }) });
  const caller = await aRole(cloud, { name: 'caller', policy: mayAssume });
  const assume = (DurationSeconds: number) =>
    cloud.callAs<{ Credentials: { AccessKeyId: string } }>(caller, 'sts:AssumeRole', {
      RoleArn: roleArn,
      RoleSessionName: 'me',
      DurationSeconds,
    });
  await expect(assume(7200)).rejects.toMatchObject({ name: 'ValidationError' });
  const { Credentials } = await assume(900);
  await cloud.world.clock.advance({ minutes: 14 });
  expect(sessionOf(cloud.world, Credentials.AccessKeyId)).toBeDefined();
  await cloud.world.clock.advance({ minutes: 2 });
  expect(sessionOf(cloud.world, Credentials.AccessKeyId)).toBeUndefined();
});

test('a caller learns who it is without any permission', async () => {
  const cloud = anIamCloud();
  const worker = await aRole(cloud);
  expect(await cloud.callAs(worker, 'sts:GetCallerIdentity')).toEqual({
    UserId: `${worker.roleId}:session`,
    Account: '123456789012',
    Arn: 'arn:aws:sts::123456789012:assumed-role/worker/session',
  });
});

test('a role that was just made cannot be assumed yet', async () => {
  const cloud = anIamCloud();
  const { Role } = await cloud.call<{ Role: { Arn: string } }>('CreateRole', {
    RoleName: 'new',
    AssumeRolePolicyDocument: onlyEc2,
  });
  const assume = () => assumeRole(cloud.world, Role.Arn, 'i-0a', 'ec2.amazonaws.com');
  expect(assume).toThrow(/not authorized/);
  await cloud.world.clock.advance(spread);
  expect(assume().sessionName).toBe('i-0a');
});
