import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { iamArn } from './identifiers.ts';
import { type Role, roleByName, roleOf } from './roles.ts';
import { resourceTagContext } from './tags.ts';

/** What IAM must allow to act on a role that exists: its ARN, its tags and its permissions boundary. */
export function roleAccess(
  world: World,
  action: string,
  roleName: string,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): Access {
  const role = roleByName(world, roleName);
  return {
    action,
    resource: roleArnOf(world, roleName),
    context: { ...(role ? roleContext(role) : {}), ...context },
  };
}

/** The ARN of a role by its name; of one that does not exist, the ARN it would have without a path. */
export function roleArnOf(world: World, roleName: string): string {
  return roleByName(world, roleName)?.arn ?? iamArn(world, 'role', '/', roleName);
}

/** The actions on roles that know iam:PermissionsBoundary get it from here (source: Service Authorization Reference, IAM). */
export function boundaryContext(world: World, roleName: string): Record<string, string> {
  const boundary = roleByName(world, roleName)?.boundary;
  return boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
}

/** What IAM must allow to hand a role to a service: `passRoleAccess(world, arn, 'ec2.amazonaws.com')`. */
export function passRoleAccess(world: World, roleArn: string, service: string, associatedResourceArn?: string): Access {
  const role = roleOf(world, roleArn);
  return {
    action: 'iam:PassRole',
    resource: roleArn,
    context: {
      ...(role ? roleContext(role) : {}),
      'iam:PassedToService': service,
      ...(associatedResourceArn === undefined ? {} : { 'iam:AssociatedResourceArn': associatedResourceArn }),
    },
  };
}

function roleContext(role: Role): Record<string, string> {
  return resourceTagContext('iam', role.tags);
}
