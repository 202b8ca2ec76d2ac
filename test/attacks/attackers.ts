import { assumeRole } from '../../local/cloud/iam/assumeRole.ts';
import { type Role, roles } from '../../local/cloud/iam/roles.ts';
import type { Principal, RoleSession } from '../../local/cloud/principal.ts';
import type { TestAccount } from '../support/embeddedWorld.ts';
import { callAws } from '../support/plants.ts';
import { stackRoleOf } from '../support/stackRoles.ts';

/** What became of an attempt: `allowed`, or the name of AWS's error. */
export async function attempt(
  account: TestAccount,
  principal: Principal,
  named: string,
  input: Record<string, unknown>,
): Promise<string> {
  const [service = '', operation = ''] = named.split(':');
  try {
    await account.until(account.cloud.call({ principal, service, operation, input }));
    return 'allowed';
  } catch (error) {
    return (error as Error).name;
  }
}

/** The names under which services refuse what IAM does not allow. */
export const denied: readonly string[] = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

/** The one role whose name matches. */
export function theRole({ world }: TestAccount, name: RegExp): Role {
  const [role, ...others] = [...roles(world).rows()].filter(({ roleName }) => name.test(roleName));
  if (!role || others.length > 0) throw new Error(`${name} names ${others.length + (role ? 1 : 0)} roles`);
  return role;
}

/** Credentials of a function: `functionSession(account, 'CreateRoles')`. */
export function functionSession(account: TestAccount, name: string): RoleSession {
  const role = theRole(account, new RegExp(`^kubestep-(dev-us-east-1-)?${name}Role(-[0-9a-f]+)?$`));
  return assumeRole(account.world, role.arn, `kubestep-dev-${name}`, 'lambda.amazonaws.com');
}

/** Credentials of every function: of the stack's roles, those that no other service assumes. */
export const sessionsOfFunctions = (account: TestAccount): RoleSession[] =>
  [...roles(account.world).rows()]
    .flatMap(({ roleName }) => stackRoleOf(roleName)?.replace(/Role$/, '') ?? [])
    .filter((name) => !/Machine$|^Schedule$|^HttpApi$/.test(name))
    .map((name) => functionSession(account, name));

/** Credentials of a role of machines, in a session of this name: EC2 names it after the instance. */
export function machineSession(account: TestAccount, role: RegExp, instanceId: string): RoleSession {
  return assumeRole(account.world, theRole(account, role).arn, instanceId, 'ec2.amazonaws.com');
}

interface SomeoneOptions {
  readonly name?: string;
  readonly path?: string;
  readonly statements: readonly object[];
}

/** Somebody of the account with these rights, such as an administrator of another team. */
export async function someoneWith(
  account: TestAccount,
  { name = 'someone', path = '/', statements }: SomeoneOptions,
): Promise<RoleSession> {
  await callAws(account, 'iam:CreateRole', {
    RoleName: name,
    Path: path,
    AssumeRolePolicyDocument: policy([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]),
  });
  await callAws(account, 'iam:PutRolePolicy', {
    RoleName: name,
    PolicyName: 'rights',
    PolicyDocument: policy(statements),
  });
  await account.clock.advance({ minutes: 1 });
  return assumeRole(account.world, theRole(account, new RegExp(`^${name}$`)).arn, 'me', 'lambda.amazonaws.com');
}

/** A policy document of these statements. */
export const policy = (Statement: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });

export const everything = [{ Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' }];
