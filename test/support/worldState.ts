import type { Tables } from '../../local/cloud/tables.ts';

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

/**
 * Rows of the store that tell of the way, not of the end: how often it was tried, who waited, who asked, what was planned
 * for an id that was never recorded.
 */
const rowsOfTheWay = /"(audit#|waits#|reports#|resources#|plan#)|"run#|"lock"|"requests?#|"limit#|"machine#/;

/** Every row of the account as text, in an order that two equal worlds share. */
export function stateOf(tables: Tables): WorldState {
  const lines: string[] = [];
  for (const [table, key, row] of tables.dump()) {
    if (records.some((pattern) => pattern.test(table))) continue;
    const text = `${table} ${JSON.stringify([key, withoutHistory(row)])}`;
    if (!rowsOfTheWay.test(text)) lines.push(withoutIdentity(text));
  }
  return lines.sort();
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

function withoutIdentity(text: string): string {
  return (
    text
      .replaceAll(/-[bcdfghjklmnpqrstvwxz2456789]{11}(?![a-z0-9])/g, '-CHANCE')
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
