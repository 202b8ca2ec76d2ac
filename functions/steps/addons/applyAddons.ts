import * as z from 'zod';
import { addonsManifest } from '../../../shared/addons/addons.ts';
import { applyManifest } from '../../../shared/addons/applyManifest.ts';
import { step } from '../../../shared/step/step.ts';

/** Has a master apply what the cluster needs beside its pod network: DNS, the cloud's controllers, metrics. */
export const handler = step(
  z.object({ taskToken: z.string() }),
  async ({ run, plan, attempt, input: { taskToken } }) => {
    const manifest = addonsManifest(plan.blueprint);
    await applyManifest({ run, plan, attempt, taskToken, state: 'ApplyAddons' }, 'apply-addons', manifest);
  },
);
