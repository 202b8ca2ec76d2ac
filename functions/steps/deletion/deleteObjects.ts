import { removeObjects } from '../../../shared/aws/objects.ts';
import { stepWithoutPlan } from '../../../shared/step/step.ts';

/** Deletes what the deployment's bucket holds for the cluster, with every version; mirrored assets serve all clusters and stay. */
export const handler = stepWithoutPlan(async ({ run }) => {
  const bucket = process.env.BUCKET_NAME;
  if (!bucket) throw new Error('BUCKET_NAME is not set: the deployment gives it to every function');
  return { deleted: await removeObjects(bucket, `clusters/${run.clusterId}/`) };
});
