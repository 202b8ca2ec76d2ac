import type { AssetBlueprint } from '../blueprint/blueprint.ts';
import { queryRows, writeRow } from './table.ts';

/** The deployment's own catalogue of files for machines; empty where the published releases are used. */
export async function readAssetCatalogue(): Promise<AssetBlueprint[]> {
  const rows = await queryRows<AssetBlueprint>('assets');
  return rows.map(({ name, version, architecture, sha256, source, form }) => ({
    name,
    version,
    architecture,
    sha256,
    source,
    form,
  }));
}

/** Adds a file to the catalogue, or replaces the one of the same name, version and architecture. */
export async function writeAssetCatalogue(assets: readonly AssetBlueprint[]): Promise<void> {
  for (const asset of assets) {
    await writeRow({ pk: 'assets', sk: `${asset.name}/${asset.version}/${asset.architecture}`, ...asset });
  }
}
