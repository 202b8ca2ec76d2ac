import { NotModelled } from '../errors.ts';
import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { effectiveAtOnce } from './delayedSettings.ts';
import { iamArn } from './identifiers.ts';
import { newRole } from './newRole.ts';
import { putRoleWithPolicies } from './rolePolicies.ts';
import { type Role, roleByName } from './roles.ts';

/** The role and the policy of each service (source: each service's guide, "service-linked roles"). */
const linked: Readonly<Record<string, { readonly roleName: string; readonly policy: string }>> = {
  'autoscaling.amazonaws.com': { roleName: 'AWSServiceRoleForAutoScaling', policy: 'AutoScalingServiceRolePolicy' },
  'elasticloadbalancing.amazonaws.com': {
    roleName: 'AWSServiceRoleForElasticLoadBalancing',
    policy: 'AWSElasticLoadBalancingServiceRolePolicy',
  },
  'mrk.kms.amazonaws.com': {
    roleName: 'AWSServiceRoleForKeyManagementServiceMultiRegionKeys',
    policy: 'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  },
  'spot.amazonaws.com': { roleName: 'AWSServiceRoleForEC2Spot', policy: 'AWSEC2SpotServiceRolePolicy' },
};

/** The role that a service acts by in this account, if it was created: `autoscaling.amazonaws.com`. */
export function serviceLinkedRole(world: World, service: string): Role | undefined {
  return roleByName(world, linkOf(service).roleName);
}

/** What IAM must allow to create the role of a service, also where the service creates it for its caller. */
export const serviceLinkedRoleAccess = (world: World, service: string): Access => ({
  action: 'iam:CreateServiceLinkedRole',
  resource: iamArn(world, 'role', pathOf(service), linkOf(service).roleName),
  context: { 'iam:AWSServiceName': service },
});

/** The role that a service creates for itself when it is first asked for what needs it. */
export function ensureServiceLinkedRole(world: World, service: string): void {
  if (!serviceLinkedRole(world, service)) createRole(world, service);
}

export function createRole(world: World, service: string, description?: string): Role {
  const { roleName, policy } = linkOf(service);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  };
  const role = newRole(world, {
    roleName,
    path: pathOf(service),
    trust: effectiveAtOnce(JSON.stringify(trust)),
    description,
    linkedTo: service,
    attachedPolicies: [`arn:aws:iam::aws:policy/aws-service-role/${policy}`],
  });
  putRoleWithPolicies(world, role);
  return role;
}

function pathOf(service: string): string {
  return `/aws-service-role/${service}/`;
}

export function linkOf(service: string): { readonly roleName: string; readonly policy: string } {
  const link = linked[service];
  if (!link) throw new NotModelled('iam', 'CreateServiceLinkedRole', `AWSServiceName ${service}`);
  return link;
}
