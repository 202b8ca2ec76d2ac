import * as z from 'zod';
import { findKubernetesVolumes, keepVolumes } from '../../../shared/aws/kubernetesVolumes.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';
import { readOperationReport } from '../../../shared/store/reports.ts';
import { recordVolumesListed } from '../../../shared/store/volumeListing.ts';

const input = z.object({ operationId: z.string(), instanceId: z.string() });

/** What the verb list-retained reports: how many, when, and their ids in texts `volumes1`, `volumes2`, … */
const listing = z.looseObject({ retained: z.number().int(), listedAt: z.number().int() });

/** Machines' clocks are synchronised to far less than this. */
const clockDifferenceMilliseconds = 60_000;

/** Tags the volumes that a master has named, so that they outlive the cluster. Without an answer every volume does. */
export const handler = stepWithoutPlan(input, async ({ run, input: { operationId, instanceId } }) => {
  if (operationId === '') return { tagged: 0 };
  const report = await readOperationReport(run.clusterId, operationId, instanceId);
  const listed = listing.safeParse(report?.result);
  if (!listed.success) return { tagged: 0 };
  const named = idsIn(listed.data);
  // A list that lost something on its way is as good as none.
  if (named.size !== listed.data.retained) return { tagged: 0 };

  // Only what is the cluster's: a master cannot have other volumes tagged.
  const found = await findKubernetesVolumes(run.clusterId);
  const volumes = found.filter(({ id, isOfDeployment }) => named.has(id) && isOfDeployment).map(({ id }) => id);
  await keepVolumes(volumes);
  await recordVolumesListed(run.clusterId, new Date(listed.data.listedAt * 1000 - clockDifferenceMilliseconds));
  return { tagged: volumes.length };
});

function idsIn(result: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const texts = Object.entries(result).filter(([name]) => /^volumes\d+$/.test(name));
  return new Set(texts.flatMap(([, text]) => String(text).match(/\bvol-[0-9a-f]{8,17}\b/g) ?? []));
}
