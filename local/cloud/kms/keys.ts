import { AwsError } from '../errors.ts';
import { type Effective, effectiveNow } from '../iam/delayedSettings.ts';
import { arnOf, nowOf, tableOf, type World } from '../world.ts';

export type KeySpec = 'ECC_NIST_P256' | 'SYMMETRIC_DEFAULT';
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';
export type Tags = Readonly<Record<string, string>>;

/** A KMS key without its material, which lives in a table of its own. */
export interface Key {
  readonly keyId: string;
  readonly arn: string;
  readonly createdAt: number;
  /** From when every part of KMS knows the key; it says Enabled from the beginning. */
  readonly usableAt: number;
  /** From when an alias finds it. */
  readonly nameableAt: number;
  readonly description: string;
  readonly keySpec: KeySpec;
  /** Whether it may be replicated into other Regions; its id then begins with mrk-. */
  readonly isMultiRegion?: boolean;
  readonly isDisabled: boolean;
  readonly deletionDate: number | undefined;
  /** Days between rotations; undefined while rotation is off. */
  readonly rotationDays: number | undefined;
  readonly tags: Tags;
  /** The tags that count in authorisation: minutes behind the others. */
  readonly authorisationTags: Effective<Tags>;
  readonly policy: Effective<string>;
}

export interface Alias {
  /** `alias/kubestep/…` */
  readonly aliasName: string;
  readonly keyId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const keys = tableOf<Key>('kms.keys');
const aliases = tableOf<Alias>('kms.aliases');

export const usageOf = (spec: KeySpec) => (spec === 'ECC_NIST_P256' ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT');

/** The state of the key, as DescribeKey shows it. */
export function stateOf(key: Key): KeyState {
  if (key.deletionDate !== undefined) return 'PendingDeletion';
  return key.isDisabled ? 'Disabled' : 'Enabled';
}

export function putKey(world: World, key: Key): void {
  keys(world).put(key.keyId, key);
}

/** All keys that are not gone. */
export function* existingKeys(world: World): IterableIterator<Key> {
  for (const key of keys(world).rows()) if (!isGone(world, key)) yield key;
}

/** Forgets the keys whose time has come, with their aliases; answers their ids. */
export function forgetGoneKeys(world: World): string[] {
  const gone = [...keys(world).rows()].filter((key) => isGone(world, key)).map((key) => key.keyId);
  for (const alias of [...aliases(world).rows()]) if (gone.includes(alias.keyId)) removeAlias(world, alias.aliasName);
  for (const keyId of gone) keys(world).delete(keyId);
  return gone;
}

/** The key that an id, an ARN, an alias or an alias ARN names; undefined where there is none. */
export function keyOf(world: World, named: string): Key | undefined {
  const alias = aliasNameIn(world, named);
  const keyId = alias === undefined ? keyIdIn(world, named) : aliasOf(world, alias)?.keyId;
  const key = keyId === undefined ? undefined : keys(world).get(keyId);
  return key && !isGone(world, key) ? key : undefined;
}

/** The key that a request names, or AWS's error. */
export function requireKey(world: World, named: string): Key {
  const key = keyOf(world, named);
  if (key) return key;
  const alias = aliasNameIn(world, named);
  if (alias !== undefined) throw aliasNotFound(world, alias);
  throw keyNotFound(named.startsWith('arn:') ? named : arnOf(world, 'kms', `key/${named}`));
}

/** The alias that a request names its key by, if it does. */
export function aliasNameIn(world: World, named: string): string | undefined {
  const name = named.startsWith('arn:') ? named.slice(arnOf(world, 'kms', '').length) : named;
  return name.startsWith('alias/') ? name : undefined;
}

function keyIdIn(world: World, named: string): string | undefined {
  const prefix = arnOf(world, 'kms', 'key/');
  if (named.startsWith(prefix)) return named.slice(prefix.length);
  return named.startsWith('arn:') ? undefined : named;
}

/** An alias whose key is gone is gone with it. */
export function aliasOf(world: World, name: string): Alias | undefined {
  const alias = aliases(world).get(name);
  const key = alias && keys(world).get(alias.keyId);
  return key && !isGone(world, key) ? alias : undefined;
}

export function putAlias(world: World, alias: Alias): void {
  aliases(world).put(alias.aliasName, alias);
}

export function removeAlias(world: World, name: string): void {
  aliases(world).delete(name);
}

export function existingAliases(world: World): Alias[] {
  return [...aliases(world).rows()].filter((alias) => aliasOf(world, alias.aliasName) !== undefined);
}

export function aliasesOfKey(world: World, keyId: string): Alias[] {
  return existingAliases(world).filter((alias) => alias.keyId === keyId);
}

/**
 * Refuses to use a key that is not enabled, as every cryptographic operation does. A new key is not found for a moment,
 * though DescribeKey shows it (source: KMS Developer Guide, "Eventual consistency").
 */
export function requireEnabled(world: World, key: Key): Key {
  if (key.usableAt > nowOf(world)) throw keyNotFound(key.arn);
  if (stateOf(key) === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
  return requireKept(key);
}

/** Now and then a key that was just created is not found for its alias (source: terraform-provider-aws, pull request #1896). */
export function requireNameable(world: World, key: Key): Key {
  if (key.nameableAt > nowOf(world)) throw keyNotFound(key.arn);
  return key;
}

/** Refuses to change a key that waits for its deletion. */
export function requireKept(key: Key): Key {
  if (stateOf(key) === 'PendingDeletion') throw invalidState(key);
  return key;
}

export function invalidState(key: Key): AwsError {
  const words = { PendingDeletion: 'pending deletion', Disabled: 'disabled', Enabled: 'enabled' };
  return new AwsError('KMSInvalidStateException', `${key.arn} is ${words[stateOf(key)]}.`);
}

function keyNotFound(arn: string): AwsError {
  return new AwsError('NotFoundException', `Key '${arn}' does not exist`);
}

export function aliasNotFound(world: World, name: string): AwsError {
  return new AwsError('NotFoundException', `Alias ${arnOf(world, 'kms', name)} is not found.`);
}

/** The tags by which policies judge the key now. */
export function tagsForAuthorisation(world: World, key: Key): Tags {
  return effectiveNow(world, key.authorisationTags) ?? {};
}

function isGone(world: World, key: Key): boolean {
  return key.deletionDate !== undefined && key.deletionDate <= nowOf(world);
}
