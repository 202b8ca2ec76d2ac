import { releaseOf } from '../releases/releases.ts';
import { assetsOf } from '../releases/sources.ts';
import type { Architecture, AssetBlueprint } from './blueprint.ts';

/** The files that the cluster's machines fetch, for the architectures in use. */
export function assetBlueprints(version: string, architectures: readonly Architecture[]): readonly AssetBlueprint[] {
  const release = releaseOf(version);
  if (release === undefined) throw new RangeError(`Kubernetes ${version} is not offered`);
  return [...new Set(architectures)].sort().flatMap((architecture) => assetsOf(release, architecture));
}
