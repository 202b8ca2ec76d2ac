import type { PlannedCluster } from '../shared/operations/createCluster.ts';
import type { PlannedChanges } from '../shared/operations/planChanges.ts';
import { requestTo } from '../shared/operations/routes.ts';
import type { SpecFile } from './specFile.ts';
import { ask, type Target } from './target.ts';

/** What the target says of a spec: what would be made, or what would change in the cluster that exists. Touches nothing. */
export const planOf = (target: Target, { name, body }: SpecFile): Promise<PlannedCluster | PlannedChanges> =>
  ask(target, { ...requestTo('planCluster', { name }), body });
