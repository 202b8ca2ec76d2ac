import { answered } from '../../shared/operations/answer.ts';
import { nameOfPath } from '../../shared/operations/pathRequest.ts';
import { listBackups } from '../../shared/store/backups.ts';

/** The backups of a cluster name, also of clusters that were deleted since. */
export const handler = answered(async (event: unknown) => ({
  backups: await listBackups(nameOfPath(event, 'listBackups')),
}));
