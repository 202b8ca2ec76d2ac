import * as z from 'zod';
import { askSlot } from '../../../shared/reports/askMaster.ts';
import { step } from '../../../shared/step/step.ts';

/** Asks the machine of a slot which bundle each of its components runs by, and whether its files are still those of it. */
export const handler = step(
  z.object({ slot: z.string(), taskToken: z.string() }),
  async ({ run, plan, attempt, input: { slot, taskToken } }) => {
    await askSlot({ run, plan, attempt, taskToken, state: 'VerifySlot', slot }, 'verify', {});
  },
);
