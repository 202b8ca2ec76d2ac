import * as z from 'zod';
import { readObjectText } from '../../../shared/aws/storedObjects.ts';
import { bundleKey } from '../../../shared/blueprint/machinePlace.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { NotReady } from '../../../shared/errors.ts';
import type { Bundle } from '../../../shared/machine/bundle.ts';
import { type Component, componentContents } from '../../../shared/machine/components.ts';
import { type KnownMachine, planSwitches } from '../../../shared/machine/planSwitches.ts';
import { step } from '../../../shared/step/step.ts';
import { readBundleRow } from '../../../shared/store/bundles.ts';
import { together } from '../../../shared/together.ts';

/** What each machine said of itself. */
const verified = z.object({ slot: z.string(), running: z.record(z.string(), z.unknown()) });

/** Says which component of which machine has to be switched to which bundle, in order. Nothing is touched. */
export const handler = step(z.object({ verified: z.array(verified) }), async ({ plan, input }) => {
  const machines = await together(input.verified, (machine) => known(plan, machine));
  return { switches: planSwitches(machines) };
});

async function known(plan: Plan, { slot, running }: z.output<typeof verified>): Promise<KnownMachine> {
  const { cluster, slots } = plan.blueprint;
  const role = slots.find(({ key }) => key === slot)?.role ?? 'master';
  const row = await readBundleRow(cluster.id, slot);
  if (!row) throw new NotReady(`RenderBundles has stored no bundle for ${slot} of ${cluster.id}`);

  const hashes = new Set([
    row.sha256,
    ...Object.values(running)
      .map(String)
      .filter((text) => /^[0-9a-f]{64}$/.test(text)),
  ]);
  const contents = new Map<string, ReadonlyMap<Component, string>>();
  for (const sha256 of hashes) {
    const text = await readObjectText(plan.facts.deployment.bucket, bundleKey(cluster.id, role, sha256));
    if (text !== undefined) contents.set(sha256, componentContents(JSON.parse(text) as Bundle));
  }
  if (!contents.has(row.sha256))
    throw new Error(`The bundle ${row.objectKey} of ${slot} cannot be read: nothing is switched`);
  return { slot, bundle: row.sha256, running, contents };
}
