import type { Asset } from '../releases/sources.ts';
import { queryRows, writeRow } from './table.ts';

/** The deployment's own catalogue of files for machines; empty where the published releases are used. */
export async function readAssetCatalogue(): Promise<Asset[]> {
  const rows = await queryRows<Asset>('assets');
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
export async function writeAssetCatalogue(assets: readonly Asset[]): Promise<void> {
  for (const asset of assets) {
    await writeRow({ pk: 'assets', sk: `${asset.name}/${asset.version}/${asset.architecture}`, ...asset });
  }
}
