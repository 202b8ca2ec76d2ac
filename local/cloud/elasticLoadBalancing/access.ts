import type { Access } from '../operation.ts';
import { arnOf, type World } from '../world.ts';
import { tagsForAuthorisation } from './tags.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

export function elbArn(world: World, resource: string): string {
  return arnOf(world, 'elasticloadbalancing', resource);
}

/** What IAM is asked for a Describe: ELBv2 knows no resource there. */
export function accessToAll(action: string): Access[] {
  return [{ action: `elasticloadbalancing:${action}`, resource: '*' }];
}

/** What IAM is asked for an action on something that exists: its ARN, with its tags as condition keys. */
export function accessTo(world: World, action: string, arn: string, context: Context = {}): Access {
  const tags = Object.entries(tagsForAuthorisation(world, arn)).flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value],
    [`elasticloadbalancing:ResourceTag/${key}`, value],
  ]);
  return {
    action: `elasticloadbalancing:${action}`,
    resource: arn,
    context: { ...Object.fromEntries(tags), ...context },
  };
}

/**
 * What ELBv2 reads of EC2 in its caller's name (source: Elastic Load Balancing user guide, "Elastic Load Balancing API
 * permissions", 2015-12-01 API; GetSecurityGroupsForVpc since October 2024).
 */
const readsOfEc2 = {
  CreateLoadBalancer: [
    'DescribeAccountAttributes',
    'DescribeAddresses',
    'DescribeInternetGateways',
    'DescribeSecurityGroups',
    'DescribeSubnets',
    'DescribeVpcs',
    'GetSecurityGroupsForVpc',
  ],
  CreateTargetGroup: ['DescribeInternetGateways', 'DescribeVpcs'],
  RegisterTargets: ['DescribeInstances', 'DescribeInternetGateways', 'DescribeSubnets', 'DescribeVpcs'],
} as const;

/** What IAM is asked besides, because the operation looks at EC2 in its caller's name. */
export function accessToEc2(world: World, action: keyof typeof readsOfEc2): Access[] {
  return readsOfEc2[action].map((read) => ({
    action: `ec2:${read}`,
    resource: read === 'GetSecurityGroupsForVpc' ? arnOf(world, 'ec2', 'vpc/*') : '*',
    context: { 'ec2:Region': world.region },
  }));
}

/** What IAM is asked for a create: the action on the name's ARN, and AddTags on it when tags are given. */
export function accessToCreate(
  action: string,
  resource: string,
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
  context: Context = {},
): Access[] {
  const keys = { ...requestTagKeys(tags ?? []), ...context };
  const create: Access = { action: `elasticloadbalancing:${action}`, resource, context: keys };
  return [create, ...accessToTag(action, resource, tags)];
}

/** What IAM is asked besides a create when it brings tags. */
export function accessToTag(
  createAction: string,
  resource: string,
  tags: readonly { readonly Key: string; readonly Value: string }[] | undefined,
): Access[] {
  if (tags === undefined || tags.length === 0) return [];
  const context = { ...requestTagKeys(tags), 'elasticloadbalancing:CreateAction': createAction };
  return [{ action: 'elasticloadbalancing:AddTags', resource, context }];
}

/** The condition keys that tags in a request fill. */
export function requestTagKeys(tags: readonly { readonly Key: string; readonly Value: string }[]): Context {
  if (tags.length === 0) return {};
  const values = Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value]));
  return { ...values, 'aws:TagKeys': tags.map(({ Key }) => Key) } satisfies Record<string, string | string[]>;
}
