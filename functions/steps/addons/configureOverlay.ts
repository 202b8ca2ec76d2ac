import * as z from 'zod';
import { applyManifest } from '../../../shared/addons/applyManifest.ts';
import { overlayManifest } from '../../../shared/addons/overlay.ts';
import { step } from '../../../shared/step/step.ts';

/** Has a master apply the pod network; nodes become ready with it. */
export const handler = step(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const manifest = overlayManifest(plan.blueprint);
    await applyManifest({ run, plan, attempt, taskToken, state: 'ConfigureOverlay' }, 'apply-overlay', manifest);
  },
);
