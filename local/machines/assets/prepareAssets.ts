import type { Asset } from '../../../shared/releases/sources.ts';
import { type AssetBuild, buildAssets } from './buildAssets.ts';
import { buildImages, type ImageBuild } from './images/buildImages.ts';

/** Builds everything that clusters on this machine run, as far as it is not there yet: components first, then images. */
export async function prepareAssets(build: AssetBuild & ImageBuild): Promise<readonly Asset[]> {
  const assets = await buildAssets(build);
  await buildImages(build);
  return assets;
}
