import type { Access } from '../operation.ts';
import { arnOf, type World } from '../world.ts';
import type { ResourceType } from './resourceTypes.ts';
import { type TagSpecifications, tagSetOf, tagsForAuthorisation } from './tags.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/** The ARN of an EC2 resource of this account. */
export function ec2Arn(world: World, type: ResourceType, id: string): string {
  return arnOf(world, 'ec2', `${type}/${id}`);
}

/** What IAM is asked for a Describe: EC2 knows no resource there. */
export function accessToAll(world: World, action: string): Access[] {
  return [{ action: `ec2:${action}`, resource: '*', context: { 'ec2:Region': world.region } }];
}

/**
 * What IAM is asked for an action on a resource that exists: its ARN, with its tags as condition keys. EC2 must find the
 * resource to know them, so an unknown id fails here as NotFound and not as a refusal.
 */
export function accessTo(world: World, action: string, id: string, context: Context = {}): Access {
  const tagSet = tagSetOf(world, id);
  const { resourceType } = tagSet;
  return {
    action: `ec2:${action}`,
    resource: ec2Arn(world, resourceType, id),
    context: {
      'ec2:Region': world.region,
      ...idKey(resourceType, id),
      ...resourceTagKeys(tagsForAuthorisation(world, tagSet)),
      ...context,
    },
  };
}

/** The condition keys that hold a resource's id (source: Service Authorization Reference, EC2). */
const idKeys: Partial<Record<ResourceType, string>> = {
  vpc: 'ec2:VpcID',
  subnet: 'ec2:SubnetID',
  'internet-gateway': 'ec2:InternetGatewayID',
  'elastic-ip': 'ec2:AllocationId',
  'route-table': 'ec2:RouteTableID',
  'security-group': 'ec2:SecurityGroupID',
  'network-interface': 'ec2:NetworkInterfaceID',
  instance: 'ec2:InstanceID',
  volume: 'ec2:VolumeID',
};

function idKey(type: ResourceType, id: string): Context {
  const key = idKeys[type];
  return key === undefined ? {} : { [key]: id };
}

/**
 * What IAM is asked for a create: the action on any resource of the type, and when tags are given, CreateTags on the
 * same with the create's name in ec2:CreateAction (source: EC2 user guide, "Grant permission to tag resources during creation").
 */
export function accessToCreate(
  world: World,
  action: string,
  type: ResourceType,
  specifications?: TagSpecifications,
  context: Context = {},
): Access[] {
  const tags = (specifications ?? []).filter(({ ResourceType }) => ResourceType === type).flatMap(({ Tags }) => Tags);
  const resource = ec2Arn(world, type, '*');
  const keys = { 'ec2:Region': world.region, ...requestTagKeys(tags), ...context };
  const create: Access = { action: `ec2:${action}`, resource, context: keys };
  if (tags.length === 0) return [create];
  return [create, { action: 'ec2:CreateTags', resource, context: { ...keys, 'ec2:CreateAction': action } }];
}

/** The condition keys that tags in a request fill. */
export function requestTagKeys(tags: readonly { readonly Key: string; readonly Value?: string }[]): Context {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
}

function resourceTagKeys(tags: Readonly<Record<string, string>>): Context {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );
}
