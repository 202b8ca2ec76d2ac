import * as z from 'zod';
import { hasObject, putObjectOnce } from '../../shared/aws/assetObjects.ts';
import { fetchFile } from '../../shared/step/environment.ts';
import { step } from '../../shared/step/step.ts';

/**
 * Ensures that one of the plan's files lies in the deployment's bucket under its checksum, so that machines depend on no
 * other site. S3 itself refuses bytes that do not have the pinned checksum.
 */
export const handler = step(z.object({ index: z.number().int() }), async ({ plan, input: { index } }) => {
  const asset = plan.blueprint.assets[index];
  if (!asset) throw new RangeError(`The plan has no asset ${index}`);
  const target = { bucket: plan.facts.deployment.bucket, key: `assets/sha256/${asset.sha256}` };
  if (await hasObject(target)) return { mirrored: 0 };

  const response = await fetchFile(asset.source);
  if (!response.ok)
    throw new Error(
      `${asset.source} answered ${response.status}; set another source for ${asset.name} ${asset.version}`,
    );
  const created = await putObjectOnce(target, new Uint8Array(await response.arrayBuffer()), asset.sha256);
  return { mirrored: created ? 1 : 0 };
});
