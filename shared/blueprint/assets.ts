import { type Architecture, releaseOf } from '../releases/releases.ts';
import { type Asset, assetsOf } from '../releases/sources.ts';

/** The files that the cluster's machines fetch, for the architectures in use: published ones, or the deployment's own. */
export function assetBlueprints(
  version: string,
  architectures: readonly Architecture[],
  catalogue?: readonly Asset[],
): readonly Asset[] {
  const release = releaseOf(version);
  if (release === undefined) throw new RangeError(`Kubernetes ${version} is not offered`);
  const published = [...new Set(architectures)].sort().flatMap((architecture) => assetsOf(release, architecture));
  return catalogue === undefined ? published : published.map((asset) => ownAsset(asset, catalogue));
}

function ownAsset(asset: Asset, catalogue: readonly Asset[]): Asset {
  const { name, version, architecture } = asset;
  const own = catalogue.find(
    (each) => each.name === name && each.version === version && each.architecture === architecture,
  );
  if (own === undefined)
    throw new RangeError(`The deployment's catalogue has no ${name} ${version} for ${architecture}`);
  return own;
}
