import { findLaunchTemplates, removeLaunchTemplate } from '../../../shared/aws/launchTemplates.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { together } from '../../../shared/together.ts';

/** Deletes the launch templates of the node groups, which are gone by now. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const templates = await findLaunchTemplates(run.clusterId);
  await together(templates, ({ id }) => removeLaunchTemplate(id));
  return { deleted: templates.length };
});
