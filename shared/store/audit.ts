import { now } from '../environment.ts';
import { queryRows, writeRowIfAbsent } from './table.ts';

/** What is on record. */
export const auditActions = [
  'run-requested',
  'lock-taken-over',
  'run-resumed',
  'run-stopped',
  'certificate-issued',
  'second-key-requested',
  'volumes-kept',
  'key-kept',
  'key-deletion-scheduled',
  'left-alone',
  'deletion-protection-set',
  'cluster-deleted',
] as const;

/** How ids of certificates begin that people got; those of machines begin with the machine. */
export const byOperators = 'operator#';

/** Something that an auditor will ask about: who did what to which cluster. */
export interface AuditEntry {
  readonly action: (typeof auditActions)[number];
  /** Names the happening: what is recorded again after a lost answer is one entry. */
  readonly id: string;
  /** ARN of the caller. */
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

/** An entry as it was recorded. */
export interface RecordedEntry extends AuditEntry {
  /** ISO 8601 */
  readonly at: string;
}

/** The entries of a cluster name, all or those of one action whose ids begin so, oldest first. */
export async function readAudit(
  clusterName: string,
  action?: AuditEntry['action'],
  idPrefix = '',
): Promise<RecordedEntry[]> {
  const prefix = action === undefined ? '' : `${action}#${idPrefix}`;
  const entries = await queryRows<RecordedEntry>(`audit#${clusterName}`, prefix);
  return entries
    .map(({ action, id, by, detail, at }) => ({ at, action, id, by, detail }))
    .sort((left, right) => (left.at < right.at ? -1 : 1));
}
