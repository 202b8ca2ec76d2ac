import { AwsError } from '../errors.ts';
import { arnOf, tableOf, type World } from '../world.ts';

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  readonly retentionDays?: number;
  readonly encryptionKeyArn?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface LogStream {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
}

export const groups = tableOf<LogGroup>('logs.groups');
export const streams = tableOf<LogStream>('logs.streams');

/** The group of this name, or AWS's ResourceNotFoundException. */
export function groupNamed(world: World, name: string): LogGroup {
  const group = groups(world).get(name);
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  return group;
}

export function streamsOf(world: World, group: string): LogStream[] {
  return [...streams(world).rows()].filter((stream) => stream.group === group);
}

/** Refuses a stream that is not there. */
export function checkStream(world: World, group: string, name: string): void {
  if (streams(world).has(`${groupNamed(world, group).name}:${name}`)) return;
  throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

export function groupArn(world: World, name: string): string {
  return arnOf(world, 'logs', `log-group:${name}`);
}

/** Logs authorises its groups with a trailing `:*`. */
export function groupAccess(world: World, action: string, name: string) {
  const tags = Object.entries(groups(world).get(name)?.tags ?? {});
  return {
    action: `logs:${action}`,
    resource: `${groupArn(world, name)}:*`,
    context: Object.fromEntries(tags.map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
  };
}
