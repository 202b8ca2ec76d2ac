import type { Access } from '../operation.ts';
import { type Principal, sessionArn } from '../principal.ts';
import { nowOf, type World } from '../world.ts';
import { isOffered } from './authorizationTable.ts';
import type { ContextValues } from './policyPattern.ts';
import { roleOf } from './roles.ts';

/** IAM and STS answer for the whole partition from one region (source: "aws:RequestedRegion" in the IAM User Guide). */
const servicesOfNoRegion = new Set(['iam']);

/**
 * The values of the request's condition keys: those of its access, and the global ones. What a service here says of a
 * request beyond what AWS offers for this action and resource is missing, as it would be there.
 */
export function requestContext(world: World, principal: Principal, access: Access): ContextValues {
  return (key) => offeredValues(access, key) ?? globalValue(world, principal, access, key);
}

function offeredValues(access: Access, key: string): readonly string[] | undefined {
  const values = ownValues(access, key);
  return values && isOffered(access.action, access.resource, key) ? values : undefined;
}

/** A search, since a policy asks for one or two keys of a dozen; their case does not matter. */
function ownValues(access: Access, key: string): readonly string[] | undefined {
  const { context } = access;
  for (const name in context) {
    if (name.length !== key.length || name.toLowerCase() !== key) continue;
    const value = context[name];
    return typeof value === 'string' ? [value] : value;
  }
  return undefined;
}

function globalValue(world: World, principal: Principal, access: Access, key: string): readonly string[] | undefined {
  switch (key) {
    case 'aws:principalaccount':
      return principal.kind === 'service' ? undefined : [world.account];
    case 'aws:resourceaccount':
    case 'kms:calleraccount':
      return [world.account];
    case 'aws:requestedregion':
      return [servicesOfNoRegion.has(access.action.split(':')[0] ?? '') ? 'us-east-1' : world.region];
    case 'aws:securetransport':
      return ['true'];
    case 'aws:currenttime':
      return [new Date(nowOf(world)).toISOString()];
    case 'aws:epochtime':
      return [String(Math.floor(nowOf(world) / 1000))];
    case 'aws:principalisawsservice':
      return [String(principal.kind === 'service')];
    default:
      return principalValue(world, principal, key);
  }
}

function principalValue(world: World, principal: Principal, key: string): readonly string[] | undefined {
  if (principal.kind === 'service') return key === 'aws:principalservicename' ? [principal.service] : undefined;
  switch (key) {
    case 'aws:principalarn':
      return [principal.kind === 'role' ? principal.roleArn : principal.arn];
    case 'aws:principaltype':
      return [principal.kind === 'role' ? 'AssumedRole' : 'User'];
    case 'aws:userid':
      return principal.kind === 'role' ? [`${principal.roleId}:${principal.sessionName}`] : undefined;
    case 'aws:username':
      return principal.kind === 'role' ? undefined : [principal.arn.slice(principal.arn.lastIndexOf('/') + 1)];
  }
  if (!key.startsWith('aws:principaltag/') || principal.kind !== 'role') return undefined;
  const wanted = key.slice('aws:principaltag/'.length);
  const tags = Object.entries(roleOf(world, principal.roleArn)?.tags ?? {});
  const tag = tags.find(([name]) => name.toLowerCase() === wanted);
  return tag && [tag[1]];
}

/** How AWS calls the principal in a denial, and what a policy may name it by. */
export function principalArn(principal: Principal): string {
  if (principal.kind === 'service') return principal.service;
  return principal.kind === 'role' ? sessionArn(principal) : principal.arn;
}
