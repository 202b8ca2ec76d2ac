import { createHash } from 'node:crypto';
import * as z from 'zod';
import { putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { manifestKey, snapshotKey } from '../../../shared/blueprint/backupObjects.ts';
import { InvalidRequest } from '../../../shared/errors.ts';
import { unlockedStep } from '../../../shared/step/step.ts';
import { type AuthorityRow, listAuthorities } from '../../../shared/store/authorities.ts';
import { type BackupRow, writeBackup } from '../../../shared/store/backups.ts';
import { canBeBackedUp, readCluster } from '../../../shared/store/clusters.ts';

const input = z.object({
  operationId: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  revision: z.number(),
  storedAt: z.string(),
});

/**
 * Everything that a restore needs to know, beside the snapshot itself. Nothing in it is secret: CA certificates and public keys are
 * public, and the other keys are wrapped by the cluster's KMS key `secrets`, without which the snapshot's Secrets stay closed.
 */
interface BackupManifest extends BackupRow {
  readonly format: 1;
  readonly trust: readonly AuthorityRow[];
}

/** Stores the manifest and records the backup: from now on it is one. Each try writes the same. */
export const handler = unlockedStep(input, async ({ run, plan, input: { operationId, storedAt, ...snapshot } }) => {
  const { clusterName, clusterId, runId, planHash } = run;
  const { bucket } = plan.facts.deployment;
  const { version, etcdVersion } = plan.blueprint.kubernetes;
  await requireLiving(clusterName, clusterId);
  const backup: BackupRow = {
    clusterName,
    clusterId,
    runId,
    takenAt: storedAt,
    kubernetesVersion: version,
    etcdVersion,
    ...snapshot,
    planHash,
    bucket,
    snapshotKey: snapshotKey(clusterId, runId, operationId),
    manifestKey: manifestKey(clusterId, runId),
  };
  const trust = (await listAuthorities(clusterId)).map(({ name, pem, keyArn, ciphertext }) => ({
    name,
    ...(pem !== undefined && { pem }),
    keyArn,
    ...(ciphertext !== undefined && { ciphertext }),
  }));
  await storeManifest({ format: 1, ...backup, trust });
  await writeBackup(backup);
  return { runId, takenAt: storedAt };
});

/** A deletion keeps the key of backups that it knows; one that is recorded beside it would be worth nothing. */
async function requireLiving(clusterName: string, clusterId: string): Promise<void> {
  const cluster = await readCluster(clusterName);
  if (cluster?.clusterId === clusterId && canBeBackedUp(cluster)) return;
  throw new InvalidRequest(
    `Cluster ${clusterName} (${clusterId}) is ${cluster?.clusterId === clusterId ? cluster.status : 'gone'}; its snapshot is no backup.`,
  );
}

async function storeManifest(manifest: BackupManifest): Promise<void> {
  const body = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  const sha256 = createHash('sha256').update(body).digest('hex');
  await putObjectOnce({ bucket: manifest.bucket, key: manifest.manifestKey }, body, sha256);
}
