import { explainDenial } from '../../../../local/cloud/iam/authorize.ts';
import { iam } from '../../../../local/cloud/iam/service.ts';
import type { Access } from '../../../../local/cloud/operation.ts';
import type { RoleSession } from '../../../../local/cloud/principal.ts';
import { sts } from '../../../../local/cloud/sts/service.ts';
import { type TestCloud, testCloud } from '../../../support/testWorld.ts';

/** Long enough for every policy change and new profile to count. */
export const spread = { seconds: 30 };

export const trustOf = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

export const lambdaTrust = trustOf({ Service: 'lambda.amazonaws.com' });

export const policyOf = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });

export interface GivenRole {
  readonly name?: string;
  readonly trust?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly boundary?: string;
}

/** A role whose policies count already, and a session of it. */
export async function aRole(
  { call, world }: TestCloud,
  { name = 'worker', trust = lambdaTrust, tags = {}, policy, boundary }: GivenRole = {},
): Promise<RoleSession> {
  const { Role } = await call<{ Role: { Arn: string; RoleId: string } }>('iam:CreateRole', {
    RoleName: name,
    AssumeRolePolicyDocument: trust,
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    PermissionsBoundary: boundary,
  });
  if (policy !== undefined) {
    await call('iam:PutRolePolicy', { RoleName: name, PolicyName: 'inline', PolicyDocument: policy });
  }
  await world.clock.advance(spread);
  return { kind: 'role', roleArn: Role.Arn, roleId: Role.RoleId, sessionName: 'session' };
}

export const anIamCloud = () => testCloud([iam, sts]);

/** Why a role with only this policy may not do this. */
export async function denialOf(policy: string, access: Access, given: GivenRole = {}): Promise<string | undefined> {
  const cloud = anIamCloud();
  return explainDenial(cloud.world, await aRole(cloud, { ...given, policy }), access);
}
