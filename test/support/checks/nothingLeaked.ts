import type { Change } from '../../../local/cloud/tables.ts';
import type { Snapshot } from '../embeddedWorld.ts';

/** Where resources live that cost money, hold a quota or keep a name. */
const resourceTables =
  /^(ec2|autoscaling|elasticLoadBalancing|iam|kms|s3\.(objects|buckets)|scheduler|ssm|logs|dynamodb\.items)\b/;

/** Tables by which the model itself remembers: past calls, spent tokens, addresses given out, levels of buckets. */
const modelMemory =
  /^(ec2\.(clientTokens|publicAddresses|resourceBuckets|vcpus|volumeStorage|ids)|ssm\.(commands|invocations|running)|kms\.material|autoscaling\.activities|dynamodb\.partitions)/i;

/**
 * What stays of a deleted cluster, on purpose: how it came to be, what became of it and when (runs, audit, lock, plan,
 * generation); the assets, which belong to the deployment; keys whose deletion is scheduled; the account's service-linked roles.
 */
const kept = [
  /^dynamodb\.items\S* S\d+:(cluster|audit|plan)#/,
  /^s3\.objects\S* assets\/sha256\//,
  /^kms\.keys .*"deletionDate":\d+/,
  /^iam\.roles awsservicerolefor/,
];

/** Rows of the account raw, not through tags, so that a lost tag hides nothing: what is there now and was not before. */
export function nothingLeaked(before: Snapshot, after: Snapshot): string[] {
  const known = new Set(before.rows.map(nameOf));
  return after.rows
    .filter(([table]) => resourceTables.test(table) && !modelMemory.test(table))
    .filter((row) => !known.has(nameOf(row)))
    .map((row) => `${nameOf(row)} ${JSON.stringify(row[2])}`)
    .filter((line) => !kept.some((pattern) => pattern.test(line)))
    .map((line) => line.slice(0, 200));
}

/** What was there before and is not now. */
export function nothingTaken(before: Snapshot, after: Snapshot): string[] {
  const present = new Set(after.rows.map(nameOf));
  return before.rows
    .filter(([table]) => resourceTables.test(table) && !modelMemory.test(table))
    .map(nameOf)
    .filter((name) => !present.has(name));
}

/** Rows of resources that are not what they were, to the last byte. */
export function nothingChanged(
  before: Snapshot,
  after: Snapshot,
  tables = /^(ec2|autoscaling|elasticLoadBalancing|iam|kms)\./,
): string[] {
  const texts = new Map(before.rows.map((row) => [nameOf(row), textOf(row)]));
  const compared = after.rows.filter(([table]) => tables.test(table) && !modelMemory.test(table));
  const changed = compared.filter((row) => texts.get(nameOf(row)) !== textOf(row));
  return [...changed.map(nameOf), ...nothingTaken(before, after).filter((name) => tables.test(name))];
}

/** IAM remembers since when each policy counts; putting the same one again changes nothing else. */
const textOf = ([, , row]: Change): string =>
  JSON.stringify(row, (key, value) => (key === 'policies' ? undefined : value));

const nameOf = ([table, key]: Change): string => `${table} ${key}`;
