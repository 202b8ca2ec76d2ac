import * as z from 'zod';
import { requireMargin } from '../../../shared/launch/margin.ts';
import { components } from '../../../shared/machine/components.ts';
import { askSlot } from '../../../shared/reports/askMaster.ts';
import { step } from '../../../shared/step/step.ts';

const input = z.object({ slot: z.string(), component: z.enum(components), bundle: z.string(), taskToken: z.string() });

/**
 * Has the machine of a slot run one component by its new bundle, once the cluster can do without that one. A resumed run comes in
 * here, so this looks at the margin itself. A component that does not become ready goes back by itself and fails the state.
 */
export const handler = step(input, async ({ run, plan, attempt, input: { slot, component, bundle, taskToken } }) => {
  await requireMargin(plan, slot);
  await askSlot({ run, plan, attempt, taskToken, state: 'SwitchComponent', slot }, 'switch', { component, bundle });
});
