import { NotFound } from '../../shared/errors.ts';
import { answered } from '../../shared/operations/answer.ts';
import { nameOfPath } from '../../shared/operations/pathRequest.ts';
import { listRuns } from '../../shared/store/runs.ts';

/** The runs of a cluster name, also of clusters that were deleted since. */
export const handler = answered(async (event: unknown) => {
  const name = nameOfPath(event, 'listRuns');
  const runs = await listRuns(name);
  if (runs.length === 0) throw new NotFound(`There has never been a cluster ${name} in this deployment.`);
  return { runs };
});
