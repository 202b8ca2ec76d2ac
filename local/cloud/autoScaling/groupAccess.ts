import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { groupArn, groups } from './groups.ts';
import type { TagInput } from './groupTags.ts';

type Context = Readonly<Record<string, string | readonly string[]>>;

/** What IAM is asked for an action on a group: its ARN, any UUID where it does not exist yet, and its tags. */
export function accessToGroup(world: World, action: string, name: string, context: Context = {}): Access[] {
  const group = groups(world).get(name);
  const tags = (group?.tags ?? []).flatMap(({ key, value }) => [
    [`aws:ResourceTag/${key}`, value],
    [`autoscaling:ResourceTag/${key}`, value],
  ]);
  const resource = group?.arn ?? groupArn(world, name, '*');
  return [{ action: `autoscaling:${action}`, resource, context: { ...Object.fromEntries(tags), ...context } }];
}

/** Auto Scaling knows no resource in Describes. */
export const accessToAll = (action: string): Access[] => [{ action: `autoscaling:${action}`, resource: '*' }];

/** The condition keys that tags in a request fill. */
export function requestTagKeys(tags: readonly TagInput[]): Context {
  if (tags.length === 0) return {};
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  };
}
