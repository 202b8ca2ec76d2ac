import { InvalidRequest, NotFound } from '../errors.ts';
import { auditActions, byOperators, type RecordedEntry, readAudit } from '../store/audit.ts';
import { clusterNameIn, httpEventOf, queryOf } from './httpEvent.ts';

/** What is on record of a cluster name, oldest first. */
export interface Audit {
  readonly entries: readonly RecordedEntry[];
  /** How many older entries are not in the answer. */
  readonly earlier: number;
}

/** An entry has a few hundred bytes, and an answer of a function 6 MB at most (source: Lambda quotas). */
const longestList = 5_000;

/** Reads `GET /clusters/{name}/audit?action=certificate-issued`. */
export function receiveAuditRequest(event: unknown) {
  const http = httpEventOf(event);
  if (!http) throw new InvalidRequest('This is asked for over the HTTP API only.');
  const { action } = queryOf(http, 'listAudit');
  return { name: clusterNameIn(http), action: action === undefined ? undefined : actionOf(action) };
}

function actionOf(name: string): (typeof auditActions)[number] {
  const action = auditActions.find((known) => known === name);
  if (action === undefined) throw new InvalidRequest(`action is one of ${auditActions.join(', ')}`);
  return action;
}

/**
 * The audit of a cluster name, of clusters that were deleted since, too. Machines renew their certificates for ever: theirs are
 * listed only where that action is asked for.
 */
export async function listAudit({ name, action }: ReturnType<typeof receiveAuditRequest>): Promise<Audit> {
  const entries = await (action === undefined ? ofPeopleAndRuns(name) : readAudit(name, action));
  if (entries.length === 0 && action === undefined)
    throw new NotFound(`There has never been a cluster ${name} in this deployment.`);
  return { entries: entries.slice(-longestList), earlier: Math.max(0, entries.length - longestList) };
}

async function ofPeopleAndRuns(name: string): Promise<RecordedEntry[]> {
  const lists = await Promise.all(
    auditActions.map((action) => readAudit(name, action, action === 'certificate-issued' ? byOperators : '')),
  );
  return lists.flat().sort((left, right) => (left.at < right.at ? -1 : 1));
}
