import { answered } from '../../shared/operations/answer.ts';
import { receiveProtectionRequest, setDeletionProtection } from '../../shared/operations/deletionProtection.ts';

/** Switches a cluster's protection against deletion: a request of its own, so that IAM can keep it from those who may delete. */
export const handler = answered(async (event: unknown) => setDeletionProtection(receiveProtectionRequest(event)));
