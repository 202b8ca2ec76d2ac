import { answered } from '../../shared/operations/answer.ts';
import { clusterOfPath } from '../../shared/operations/pathRequest.ts';
import { pricedPlan } from '../../shared/operations/pricedPlan.ts';
import { readPlan } from '../../shared/store/plans.ts';

/** The plan that the cluster was last made of. */
export const handler = answered(async (event: unknown) =>
  pricedPlan(await readPlan((await clusterOfPath(event, 'getPlan')).planHash)),
);
