import type { Access } from '../operation.ts';
import type { World } from '../world.ts';
import { findTable, tableArn, tableNameOf } from './tables.ts';

/** `aws:ResourceTag/name` → value, for each tag. */
export function tagContext(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));
}

/** The access of a control operation: its own action on the table. */
export function onTable(action: string) {
  return (world: World, input: { readonly TableName: string }): readonly Access[] => [
    itemAccess(world, action, input.TableName),
  ];
}

/** What is known of a call on items, for the condition keys of fine-grained access. */
export interface ItemAccess {
  /** Partition key values, for `dynamodb:LeadingKeys`. */
  readonly leadingKeys?: readonly string[];
  readonly index?: string | undefined;
  readonly returnValues?: string | undefined;
  readonly select?: string | undefined;
  /** `TransactWriteItems` where the action is part of one. */
  readonly enclosing?: string;
}

/** One access on a table or one of its indexes. */
export function itemAccess(world: World, action: string, nameOrArn: string, about: ItemAccess = {}): Access {
  const name = tableNameOf(nameOrArn);
  const arn = tableArn(world, name);
  return {
    action: `dynamodb:${action}`,
    resource: about.index === undefined ? arn : `${arn}/index/${about.index}`,
    context: {
      ...tagContext('aws:ResourceTag', findTable(world, name)?.tags ?? {}),
      ...(about.leadingKeys && { 'dynamodb:LeadingKeys': about.leadingKeys }),
      ...(about.returnValues && { 'dynamodb:ReturnValues': about.returnValues }),
      ...(about.select && { 'dynamodb:Select': about.select }),
      ...(about.enclosing && { 'dynamodb:EnclosingOperation': about.enclosing }),
    },
  };
}
