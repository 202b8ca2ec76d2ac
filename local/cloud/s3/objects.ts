import { AwsError } from '../errors.ts';
import type { Table } from '../tables.ts';
import { tableOf, type World } from '../world.ts';
import type { Encryption } from './access.ts';
import { releaseBody } from './bodies.ts';
import type { Bucket } from './buckets.ts';

/** One version of an object, or the marker that says it was deleted. */
export type Version = ObjectVersion | DeleteMarker;

export interface DeleteMarker {
  readonly isDeleteMarker: true;
  readonly versionId: string;
  readonly modifiedAt: number;
}

export interface ObjectVersion {
  readonly isDeleteMarker: false;
  readonly versionId: string;
  readonly modifiedAt: number;
  /** Name of its bytes in bodies.ts. */
  readonly body: string;
  readonly size: number;
  /** With its quotation marks. */
  readonly eTag: string;
  readonly contentType: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly checksumSha256?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** The version of objects written while versioning was off. */
export const nullVersion = 'null';

/** Counts the versions of the account, so that an id also says which version is older. */
const counter = tableOf<number>('s3.versionCounter');

/** All versions of a key, newest first. */
const versionsIn = (world: World, bucket: string): Table<readonly Version[]> =>
  world.tables.table(`s3.objects/${bucket}`);

/** Every version of one key, newest first. */
export function versionsOf(world: World, bucket: string, key: string): readonly Version[] {
  return versionsIn(world, bucket).get(key) ?? [];
}

/** The object that a plain GET answers; undefined where there is none or it was deleted. */
export function currentObject(world: World, bucket: string, key: string): ObjectVersion | undefined {
  const newest = versionsOf(world, bucket, key)[0];
  return newest && !newest.isDeleteMarker ? newest : undefined;
}

/** Keys with all their versions, in the order of listings: by the UTF-8 bytes of the key. */
export function keysWith(world: World, bucket: string, prefix: string): [string, readonly Version[]][] {
  return [...versionsIn(world, bucket).entries()]
    .filter(([key]) => key.startsWith(prefix))
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

export function isEmpty(world: World, bucket: string): boolean {
  return versionsIn(world, bucket).size === 0;
}

/** Puts a new version in front; where versioning is off or suspended it takes the place of the null version. */
export function addVersion<Added extends Version>(world: World, bucket: Bucket, key: string, version: Added): Added {
  const versionId = bucket.versioning === 'Enabled' ? newVersionId(world) : nullVersion;
  const before = versionsOf(world, bucket.name, key);
  const kept = before.filter((one) => one.versionId !== versionId);
  for (const replaced of before) if (!kept.includes(replaced)) releaseVersion(world, replaced);
  const added = { ...version, versionId };
  versionsIn(world, bucket.name).put(key, [added, ...kept]);
  return added;
}

/** Whether the version of this id came before the one that `marker` names, which may be gone. */
export function isOlder(versionId: string, marker: string): boolean {
  return versionId !== nullVersion && versionId.slice(0, orderDigits) < marker.slice(0, orderDigits);
}

const orderDigits = 12;

function newVersionId(world: World): string {
  const count = (counter(world).get('next') ?? 0) + 1;
  counter(world).put('next', count);
  return count.toString(16).padStart(orderDigits, '0') + world.random.hex(32 - orderDigits);
}

/** Takes one version away for good. */
export function removeVersion(world: World, bucket: string, key: string, version: Version): void {
  const kept = versionsOf(world, bucket, key).filter((one) => one !== version);
  releaseVersion(world, version);
  if (kept.length === 0) versionsIn(world, bucket).delete(key);
  else versionsIn(world, bucket).put(key, kept);
}

function releaseVersion(world: World, version: Version): void {
  if (!version.isDeleteMarker) releaseBody(world, version.body);
}

/** The version of this id, or AWS's refusal. */
export function versionNamed(world: World, bucket: string, key: string, versionId: string): Version {
  if (versionId !== nullVersion && !/^[0-9a-f]{32}$/.test(versionId)) {
    throw new AwsError('InvalidArgument', 'Invalid version id specified');
  }
  const version = versionsOf(world, bucket, key).find((one) => one.versionId === versionId);
  if (!version) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
  return version;
}
