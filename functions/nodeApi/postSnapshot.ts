import * as z from 'zod';
import { presignSnapshot } from '../../shared/aws/snapshotObjects.ts';
import { largestSnapshotBytes } from '../../shared/blueprint/backupObjects.ts';
import { identify, Refused } from '../../shared/nodeApi/identity.ts';
import { jsonText, nodeRoute } from '../../shared/nodeApi/nodeRoute.ts';
import { operationId } from '../../shared/nodeApi/operationId.ts';
import { listWaitsFor } from '../../shared/store/waits.ts';

const body = z.strictObject({
  operationId,
  sizeBytes: z.number().int().min(1).max(largestSnapshotBytes),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * POST /node/snapshot: where the caller stores the snapshot that a backup waits for: for a member of etcd, for the operation that
 * it was asked for, under that operation's own key.
 */
export const handler = nodeRoute(body, async ({ caller, body: { operationId, sizeBytes, sha256 } }) => {
  const { identity, plan, slot } = await identify(caller, { fresh: true });
  if (!slot?.runs.etcd) throw new Refused('it runs no etcd');
  const { clusterId, instanceId } = identity;
  const [wait] = await listWaitsFor({ clusterId, instanceId, operationId });
  const key = wait?.awaited.snapshotKey;
  if (key === undefined) throw new Refused(`no backup waits for ${operationId} of it`);
  const { bucket } = plan.facts.deployment;
  const { region } = plan.blueprint.cluster;
  return jsonText(`${JSON.stringify({ url: await presignSnapshot({ bucket, key, region, sizeBytes, sha256 }) })}\n`);
});
