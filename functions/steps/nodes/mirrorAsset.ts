import * as z from 'zod';
import { hasObject, putObjectOnce } from '../../../shared/aws/assetObjects.ts';
import { fetchFile } from '../../../shared/environment.ts';
import { NotReady } from '../../../shared/errors.ts';
import type { Asset } from '../../../shared/releases/sources.ts';
import { step } from '../../../shared/step/step.ts';

/**
 * Ensures that one of the plan's files lies in the deployment's bucket under its checksum, so that machines depend on no
 * other site. S3 itself refuses bytes that do not have the pinned checksum.
 */
export const handler = step(z.object({ index: z.number().int() }), async ({ plan, input: { index } }) => {
  const asset = plan.blueprint.assets[index];
  if (!asset) throw new RangeError(`The plan has no asset ${index}`);
  const target = { bucket: plan.facts.deployment.bucket, key: `assets/sha256/${asset.sha256}` };
  if (await hasObject(target)) return { mirrored: 0 };

  const bytes = await download(asset);
  const created = await putObjectOnce(target, bytes, asset.sha256);
  return { mirrored: created ? 1 : 0 };
});

/** What passes by itself makes the step wait; what the site refuses is for a person. */
async function download({ source, name, version }: Asset): Promise<Uint8Array> {
  const response = await whileReachable(source, fetchFile(source));
  if (response.ok) return new Uint8Array(await whileReachable(source, response.arrayBuffer()));
  const answered = `${source} answered ${response.status}`;
  if (passingStatuses.has(response.status) || response.status >= 500) throw new NotReady(answered);
  throw new Error(`${answered}; set another source for ${name} ${version}`);
}

/** Too late, too many requests. */
const passingStatuses: ReadonlySet<number> = new Set([408, 429]);

/** `fetch` throws TypeError for every connection that cannot be opened or that breaks; its cause says why. */
async function whileReachable<Result>(source: string, loading: Promise<Result>): Promise<Result> {
  try {
    return await loading;
  } catch (error) {
    const { message, cause } = error as Error;
    throw new NotReady(`${source} could not be read: ${cause instanceof Error ? cause.message : message}`, {
      cause: error,
    });
  }
}
