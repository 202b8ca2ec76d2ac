import { gunzipSync } from 'node:zlib';
import type { Tables } from '../../local/cloud/tables.ts';
import type { MachineRow } from '../../local/machines/simulated/machineRows.ts';
import type { Plan } from '../../shared/blueprint/plan.ts';

/** What a run leaves in the account, without what may differ between two runs that end alike: ids, times, key material. */
export type WorldState = readonly string[];

/** Tables that record what happened rather than what is there. */
const records = [
  /^states\./,
  /^jobs/,
  /^machines\./,
  /^deployment\./,
  /^lambda\./,
  /^apigateway\./,
  /^logs\./,
  /^ssm\.(command|invocation)/i,
  /clientTokens/i,
  /^kms\.material/,
  /activities/i,
  /^events\./,
  /^sts\./,
  /history/i,
  /^dynamodb\.partitions/,
  /^ssm\.running/,
  /^ec2\.resourceBuckets/,
];

/** Rows of the store about the way, not the end, by their keys: how often it was tried, who waited, who asked. */
const partitionsOfTheWay = /^(audit|waits|reports|resources|requests?|limit|machine)#/;
const sortKeysOfTheWay = /^(lock$|run#|requests?#|limit#)/;

/** A row of the store, as DynamoDB keeps it. */
interface Item {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
  readonly clusterId?: { readonly S: string };
  readonly requestedAt?: { readonly S: string };
  readonly plan?: { readonly B: string };
}

const isItem = (table: string, _row: unknown): _row is Item => table.startsWith('dynamodb.items/');

/** Every row of the account as text, in an order that two equal worlds share. */
export function stateOf(tables: Tables): WorldState {
  const rows = [...tables.dump()].filter(([table]) => !records.some((pattern) => pattern.test(table)));
  const clusters = recordedClusters(rows.map(([table, , row]) => [table, row]));
  const lines: string[] = [];
  for (const [table, key, row] of rows) {
    const compared = isItem(table, row) ? comparedItem(row, clusters) : [key, withoutHistory(row)];
    if (compared !== undefined) lines.push(withoutIdentity(`${table} ${JSON.stringify(compared)}`, clusters));
  }
  for (const row of tables.table<MachineRow>('machines.rows').rows()) lines.push(machineText(row));
  return lines.sort();
}

/** How far a machine is, by which bundle its components run, and whether a switch was left half done. */
function machineText({ bundle, current = {}, journal, changedOnDisk = [], ...row }: MachineRow): string {
  const switched = Object.entries(current).flatMap(([component, sha256]) => (sha256 === bundle ? [] : [component]));
  const serves = (['etcdSince', 'apiSince', 'nodeReadySince'] as const).filter((since) => row[since] !== undefined);
  return `machine ${JSON.stringify({ serves, switched, isHalf: journal !== undefined, changedOnDisk })}`;
}

/** What the ids of clusters that were recorded stand for: their random parts differ between runs that end alike. */
type Clusters = ReadonlyMap<string, string>;

/** `demo-CLUSTER1` for the first cluster of the name demo, and so on. An id that nobody recorded keeps its random part. */
function recordedClusters(rows: readonly (readonly [string, unknown])[]): Clusters {
  const generations = rows
    .flatMap(([table, row]) => (isItem(table, row) && row.sk.S.startsWith('generation#') ? [row] : []))
    .sort((one, other) => (text(one.requestedAt) < text(other.requestedAt) ? -1 : 1));
  const clusters = new Map<string, string>();
  for (const { pk, clusterId } of generations) {
    if (clusters.has(text(clusterId))) continue;
    clusters.set(text(clusterId), `${pk.S.replace('cluster#', '')}-CLUSTER${clusters.size + 1}`);
  }
  return clusters;
}

const text = (attribute: { readonly S: string } | undefined): string => attribute?.S ?? '';

/** A plan by its content. One for an id that was never recorded belongs to a request that was made again: it is about the way. */
function comparedItem(item: Item, clusters: Clusters): unknown {
  const { pk, sk, plan } = item;
  if (partitionsOfTheWay.test(pk.S) || sortKeysOfTheWay.test(sk.S)) return undefined;
  if (plan === undefined) return item;
  const content = JSON.parse(gunzipSync(Buffer.from(plan.B, 'base64')).toString()) as Plan;
  return clusters.has(content.facts.clusterId) ? { pk, sk, plan: content } : undefined;
}

/** IAM keeps which policies counted when; how often it was asked to put the same ones does not matter. */
function withoutHistory(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('policies' in row)) return row;
  const { policies: _, ...rest } = row;
  return rest;
}

/** The lines that one world has more often than the other. */
export function difference(one: WorldState, other: WorldState): { missing: string[]; extra: string[] } {
  const counts = new Map<string, number>();
  for (const line of one) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of other) counts.set(line, (counts.get(line) ?? 0) - 1);
  const missing = [...counts].filter(([, count]) => count > 0).map(([line]) => line);
  const extra = [...counts].filter(([, count]) => count < 0).map(([line]) => line);
  return { missing, extra };
}

function withoutIdentity(line: string, clusters: Clusters): string {
  const named = [...clusters].reduce((whole, [id, name]) => whole.replaceAll(id, name), line);
  return (
    named
      .replaceAll(/-----BEGIN[^"]*-----END [A-Z ]+-----(\\n)*/g, 'PEM')
      .replaceAll(/\b([a-z]{1,16})-0[0-9a-f]{16}\b/g, '$1-ID')
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UUID')
      .replaceAll(/\b(AROA|AIDA|ASIA|AIPA|ANPA)[A-Z0-9]{8,}\b/g, '$1ID')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
      // A certificate's length varies with its signature.
      .replaceAll(/"size":\d+/g, '"size":LENGTH')
      .replaceAll(/\b1[78]\d{11}(\.\d+)?\b/g, 'TIME')
      .replaceAll(/"[A-Za-z0-9+/]{40,}={0,2}"/g, '"BYTES"')
      .replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, 'MAC')
      // Ranges stay; single addresses are AWS's choice but for the slots', whose rows name them.
      .replaceAll(/\b\d+\.\d+\.\d+\.\d+\b(?!\/)/g, 'ADDRESS')
      .replaceAll(/\b[0-9a-f]{10,}\b/g, 'HEX')
  );
}
