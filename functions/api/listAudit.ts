import { answered } from '../../shared/operations/answer.ts';
import { listAudit, receiveAuditRequest } from '../../shared/operations/listAudit.ts';

/** Who did what to the clusters of a name, deleted ones among them. */
export const handler = answered((event: unknown) => listAudit(receiveAuditRequest(event)));
