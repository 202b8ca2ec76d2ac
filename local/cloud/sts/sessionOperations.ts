import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { assumeRole, assumeRoleAccess } from '../iam/assumeRole.ts';
import { roleOf } from '../iam/roles.ts';
import { operation } from '../operation.ts';
import { type Principal, sessionArn } from '../principal.ts';
import type { World } from '../world.ts';
import { issueCredentials } from './sessions.ts';

/** A role that assumes another gets one hour at most (source: IAM User Guide, "role chaining"). */
const maxSecondsWhenChained = 3600;

export const AssumeRole = operation({
  input: z.strictObject({
    RoleArn: z.string().min(20).max(2048),
    RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
    DurationSeconds: z.number().int().min(900).max(43200).default(3600),
    ExternalId: z.string().min(2).max(1224).optional(),
  }),
  access: (world, { RoleArn, RoleSessionName, ExternalId }) => [
    assumeRoleAccess(world, RoleArn, RoleSessionName, ExternalId === undefined ? {} : { externalId: ExternalId }),
  ],
  run: (world, { RoleArn, RoleSessionName, DurationSeconds, ExternalId }, { principal }) => {
    const context = ExternalId === undefined ? {} : { externalId: ExternalId };
    const session = assumeRole(world, RoleArn, RoleSessionName, principal, context);
    checkDuration(world, principal, RoleArn, DurationSeconds);
    const issued = issueCredentials(world, session, DurationSeconds);
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: new Date(issued.expiresAt),
      },
      AssumedRoleUser: { AssumedRoleId: `${session.roleId}:${RoleSessionName}`, Arn: sessionArn(session) },
    };
  },
});

function checkDuration(world: World, principal: Principal, roleArn: string, seconds: number): void {
  if (principal.kind === 'role' && seconds > maxSecondsWhenChained) {
    throw new AwsError(
      'ValidationError',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds <= (roleOf(world, roleArn)?.maxSessionDuration ?? 0)) return;
  throw new AwsError(
    'ValidationError',
    'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

/** Needs no permission (source: STS API reference). */
export const GetCallerIdentity = operation({
  input: z.strictObject({}),
  access: () => [],
  run: (world, _input, { principal }) => {
    if (principal.kind === 'service') throw new AwsError('InvalidClientTokenId', 'A service has no identity', 403);
    if (principal.kind === 'administrator') {
      return {
        UserId: principal.arn.slice(principal.arn.lastIndexOf('/') + 1),
        Account: world.account,
        Arn: principal.arn,
      };
    }
    const UserId = `${principal.roleId}:${principal.sessionName}`;
    return { UserId, Account: world.account, Arn: sessionArn(principal) };
  },
});
