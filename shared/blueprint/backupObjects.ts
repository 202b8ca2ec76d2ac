/** Objects of backups; they outlive their cluster. Each run writes below its own prefix, so two at once do no harm. */
const prefixOf = (clusterId: string, runId: string): string => `backups/${clusterId}/${runId}`;

/** Where one try of a run stores its snapshot: a try writes its own object and never over another. */
export const snapshotKey = (clusterId: string, runId: string, operationId: string): string =>
  `${prefixOf(clusterId, runId)}/${operationId}.db.gz`;

/** Where a run stores what its snapshot is: written last, so a backup with a manifest is whole. */
export const manifestKey = (clusterId: string, runId: string): string => `${prefixOf(clusterId, runId)}/manifest.json`;

/** One PutObject takes 5 GiB (source: S3 user guide, "Uploading objects"). The node script knows this bound, too. */
export const largestSnapshotBytes = 4.5 * 1024 ** 3;
