import { queryRows, readRow, writeRowIfAbsent } from './table.ts';

/** A CA certificate, or a wrapped key: what a cluster's trust rests on, without any secret. */
export interface AuthorityRow {
  /** `kubernetes-ca`, `service-account`, `secrets-encryption` */
  readonly name: string;
  /** PEM of a CA certificate, or of the service-account public key. */
  readonly pem?: string;
  /** ARN of the KMS key that signs or unwraps. */
  readonly keyArn: string;
  /** Base64 of a key that KMS wrapped. */
  readonly ciphertext?: string;
}

const partitionOf = (clusterId: string) => `authorities#${clusterId}`;

/** Stores the row where there is none and returns the one that is stored: the first writer wins and everyone uses that row. */
export async function putAuthorityIfAbsent(clusterId: string, row: AuthorityRow): Promise<AuthorityRow> {
  const key = { pk: partitionOf(clusterId), sk: row.name };
  if (await writeRowIfAbsent({ ...key, ...row })) return row;
  const stored = await readRow<AuthorityRow>(key);
  if (!stored) throw new Error(`${row.name} of ${clusterId} was removed while it was being stored`);
  return stored;
}

export const readAuthority = (clusterId: string, name: string): Promise<AuthorityRow | undefined> =>
  readRow<AuthorityRow>({ pk: partitionOf(clusterId), sk: name });

export const listAuthorities = (clusterId: string): Promise<AuthorityRow[]> =>
  queryRows<AuthorityRow>(partitionOf(clusterId));
