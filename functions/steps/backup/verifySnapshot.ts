import * as z from 'zod';
import { findSnapshot } from '../../../shared/aws/snapshotObjects.ts';
import { snapshotKey } from '../../../shared/blueprint/backupObjects.ts';
import { SnapshotUnverified } from '../../../shared/errors.ts';
import { unlockedStep } from '../../../shared/step/step.ts';

const input = z.object({ operationId: z.string(), sizeBytes: z.number(), sha256: z.string() });

/** Compares what S3 keeps with what the machine says that it has saved. Returns when it was stored. */
export const handler = unlockedStep(input, async ({ run, plan, input: { operationId, sizeBytes, sha256 } }) => {
  const { bucket } = plan.facts.deployment;
  const key = snapshotKey(run.clusterId, run.runId, operationId);
  const stored = await findSnapshot({ bucket, key });
  if (stored?.sizeBytes !== sizeBytes || stored.sha256 !== sha256) {
    const found = stored ? `${stored.sizeBytes} bytes with the sha256 ${stored.sha256 || 'unknown'}` : 'nothing';
    throw new SnapshotUnverified(
      `The member has saved ${sizeBytes} bytes with the sha256 ${sha256}, and S3 has ${found} at ${bucket}/${key}. ` +
        `Do not use that object; take another backup: kubestep backup ${run.clusterName}`,
    );
  }
  return { storedAt: stored.storedAt };
});
