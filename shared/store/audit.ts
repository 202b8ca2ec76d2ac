import { now, randomBytes } from '../step/environment.ts';
import { queryRows, writeRow } from './table.ts';

/** Something that an auditor will ask about: who did what to which cluster. */
export interface AuditEntry {
  readonly action:
    | 'run-requested'
    | 'lock-taken-over'
    | 'run-resumed'
    | 'run-stopped'
    | 'certificate-issued'
    | 'second-key-requested'
    | 'cluster-deleted';
  /** ARN of whoever asked. */
  readonly by: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Appends an entry; entries are never changed. */
export async function recordAudit(clusterName: string, entry: AuditEntry): Promise<void> {
  const at = now().toISOString();
  const unique = Buffer.from(randomBytes(4)).toString('hex');
  await writeRow({ pk: `audit#${clusterName}`, sk: `${at}#${unique}`, at, ...entry });
}

/** The entries of a cluster name, oldest first. */
export const readAudit = (clusterName: string): Promise<(AuditEntry & { at: string })[]> =>
  queryRows(`audit#${clusterName}`);
