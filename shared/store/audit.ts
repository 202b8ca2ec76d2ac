import { now } from '../environment.ts';
import { queryRows, writeRowIfAbsent } from './table.ts';

/** Something that an auditor will ask about: who did what to which cluster. */
export interface AuditEntry {
  readonly action:
    | 'run-requested'
    | 'lock-taken-over'
    | 'run-resumed'
    | 'run-stopped'
    | 'certificate-issued'
    | 'second-key-requested'
    | 'volumes-kept'
    | 'left-alone'
    | 'deletion-protection-set'
    | 'cluster-deleted';
  /** Names the happening: what is recorded again after a lost answer is one entry. */
  readonly id: string;
  /** ARN of whoever asked. */
  readonly by: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Appends an entry, once; entries are never changed. */
export async function recordAudit(clusterName: string, entry: AuditEntry): Promise<void> {
  await writeRowIfAbsent(auditRow(clusterName, entry));
}

/** The row of an entry, for what is written only together with it. */
export const auditRow = (clusterName: string, entry: AuditEntry) => ({
  pk: `audit#${clusterName}`,
  sk: `${entry.action}#${entry.id}`,
  at: now().toISOString(),
  ...entry,
});

/** The entries of a cluster name, all or those of one action, oldest first. */
export async function readAudit(
  clusterName: string,
  action?: AuditEntry['action'],
): Promise<(AuditEntry & { at: string })[]> {
  const prefix = action === undefined ? '' : `${action}#`;
  const entries = await queryRows<AuditEntry & { at: string }>(`audit#${clusterName}`, prefix);
  return entries.sort((left, right) => (left.at < right.at ? -1 : 1));
}
