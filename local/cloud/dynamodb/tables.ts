import { AwsError } from '../errors.ts';
import { arnOf, nowOf, tableOf, type World } from '../world.ts';

/** A table and everything that was set on it. Its items are in items.ts. */
export interface DynamoTable {
  readonly name: string;
  /** Items are kept by this id, so that a table created again under a name starts empty. */
  readonly id: string;
  readonly createdAt: number;
  readonly activeAt: number;
  /** Set when deletion began: the moment from which on the table is gone. */
  readonly goneAt?: number;
  readonly key: KeySchema;
  readonly attributeTypes: Readonly<Record<string, KeyType>>;
  readonly indexes: readonly SecondaryIndex[];
  /** Set where KMS encrypts it: with a key of the account, or with AWS's own for DynamoDB. */
  readonly encryption?: { readonly keyArn?: string };
  readonly timeToLive?: { readonly attribute: string; readonly enabled: boolean; readonly changedAt: number };
  readonly recoverableSince?: number;
  readonly deletionProtected: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

export type KeyType = 'S' | 'N' | 'B';

export interface KeySchema {
  readonly partition: string;
  readonly sort?: string;
}

export interface SecondaryIndex {
  readonly name: string;
  readonly key: KeySchema;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly included: readonly string[];
}

const tables = tableOf<DynamoTable>('dynamodb.tables');

/** The table of this name, or undefined where there is none (any more). */
export function findTable(world: World, name: string): DynamoTable | undefined {
  const table = tables(world).get(name);
  return table && isGone(world, table) ? undefined : table;
}

/** The table of this name or ARN for control operations, in whatever state it is. */
export function tableNamed(world: World, nameOrArn: string): DynamoTable {
  const name = tableNameOf(nameOrArn);
  const table = findTable(world, name);
  if (!table) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return table;
}

/** The table of this name for reading and writing items: only once it is active. */
export function activeTable(world: World, nameOrArn: string): DynamoTable {
  const table = findTable(world, tableNameOf(nameOrArn));
  if (!table || statusOf(world, table) !== 'ACTIVE') {
    throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
  }
  return table;
}

export function putTable(world: World, table: DynamoTable): void {
  tables(world).put(table.name, table);
}

export function allTables(world: World): DynamoTable[] {
  return [...tables(world).rows()].filter((table) => !isGone(world, table));
}

export function statusOf(world: World, table: DynamoTable): 'CREATING' | 'ACTIVE' | 'DELETING' {
  if (table.goneAt !== undefined) return 'DELETING';
  return nowOf(world) < table.activeAt ? 'CREATING' : 'ACTIVE';
}

export function tableArn(world: World, name: string): string {
  return arnOf(world, 'dynamodb', `table/${name}`);
}

/** Every operation takes a table's name or its ARN. */
export function tableNameOf(nameOrArn: string): string {
  return nameOrArn.startsWith('arn:') ? (nameOrArn.split(':table/')[1] ?? nameOrArn) : nameOrArn;
}

/** The table's own keys or an index's; AWS's refusal where there is no such index. */
export function indexNamed(table: DynamoTable, name: string): SecondaryIndex {
  const index = table.indexes.find((one) => one.name === name);
  if (!index) throw new AwsError('ValidationException', `The table does not have the specified index: ${name}`);
  return index;
}

function isGone(world: World, table: DynamoTable): boolean {
  return table.goneAt !== undefined && table.goneAt <= nowOf(world);
}
