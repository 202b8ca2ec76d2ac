import { answered } from '../../shared/operations/answer.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';
import { planDeletion } from '../../shared/operations/planDeletion.ts';

/** What a deletion of the cluster would take and leave, as AWS shows it now. */
export const handler = answered(async (event: unknown) => planDeletion(await clusterOfPath(event, 'planDeletion')));
