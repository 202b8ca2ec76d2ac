import * as z from 'zod';
import { NotReady } from '../../../shared/errors.ts';
import { askSlot } from '../../../shared/reports/askMaster.ts';
import { step } from '../../../shared/step/step.ts';
import { readBundleRow } from '../../../shared/store/bundles.ts';

/** Has the machine of a slot put its new bundle on its disk, beside the one that it runs. */
export const handler = step(
  z.object({ slot: z.string(), taskToken: z.string() }),
  async ({ run, plan, attempt, input: { slot, taskToken } }) => {
    const bundle = await readBundleRow(run.clusterId, slot);
    if (!bundle) throw new NotReady(`RenderBundles has stored no bundle for ${slot} of ${run.clusterId}`);
    await askSlot({ run, plan, attempt, taskToken, state: 'StageBundle', slot }, 'stage', { bundle: bundle.sha256 });
  },
);
