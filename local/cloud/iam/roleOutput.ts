import { lastSet } from './delayedSettings.ts';
import type { Role } from './roles.ts';

/** A role as IAM answers it. */
export function roleOutput(role: Role) {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(lastSet(role.trust) ?? ''),
    MaxSessionDuration: role.maxSessionDuration,
    ...(role.description === undefined ? {} : { Description: role.description }),
  };
}
