import { type Architecture, type Release, releaseOf } from '../releases/releases.ts';
import { type Asset, assetsOf } from '../releases/sources.ts';

/** The files that the cluster's machines fetch, for the architectures in use: published ones, or the deployment's own. */
export function assetBlueprints(
  version: string,
  architectures: readonly Architecture[],
  catalogue?: readonly Asset[],
): readonly Asset[] {
  const release = releaseOf(version);
  if (release === undefined) throw new RangeError(`Kubernetes ${version} is not offered`);
  return [...new Set(architectures)].sort().flatMap((architecture) => {
    const published = assetsOf(release, architecture);
    if (catalogue === undefined) return published;
    return [...published.map((asset) => ownAsset(asset, catalogue)), ...ownPlugins(release, architecture, catalogue)];
  });
}

function ownAsset(asset: Asset, catalogue: readonly Asset[]): Asset {
  const { name, version, architecture } = asset;
  const own = inCatalogue(catalogue, asset);
  if (own === undefined)
    throw new RangeError(`The deployment's catalogue has no ${name} ${version} for ${architecture}`);
  return own;
}

/**
 * What machines use where they have it, and what no checksum of its publisher is known of: a deployment's own catalogue may
 * bring it, a published release does not.
 */
function ownPlugins(release: Release, architecture: Architecture, catalogue: readonly Asset[]): readonly Asset[] {
  const version = release.ecrCredentialProvider;
  const plugin = inCatalogue(catalogue, { name: 'ecr-credential-provider', version, architecture });
  return plugin === undefined ? [] : [plugin];
}

const inCatalogue = (
  catalogue: readonly Asset[],
  { name, version, architecture }: Pick<Asset, 'name' | 'version' | 'architecture'>,
): Asset | undefined =>
  catalogue.find((each) => each.name === name && each.version === version && each.architecture === architecture);
