import { join } from 'node:path';
import type { Asset } from '../../../shared/releases/sources.ts';
import { readWritten, writeWhole } from './wholeFiles.ts';

/** What is kept beside a built file: what it is, and the digest of the recipe that it was built by. */
export interface BuiltAsset {
  readonly asset: Asset;
  readonly file: string;
  readonly recipe: string;
}

/** Nothing answers this name anywhere (RFC 6761): files that were built here are fetched from their folder. */
const builtHere = 'https://assets.kubestep.invalid/';

/** Where the catalogue says that a built file comes from. */
export const sourceOf = ({ name, version }: { name: string; version: string }) =>
  `${builtHere}${name}/${version}/amd64`;

/** The folder of one file that machines fetch: `<folder>/etcd/3.6.14/amd64`. */
export const assetFolder = (folder: string, { name, version }: { name: string; version: string }) =>
  join(folder, name, version, 'amd64');

const recordIn = (assetFolderPath: string) => join(assetFolderPath, 'built.json');
const catalogueIn = (folder: string) => join(folder, 'catalogue.json');

/** What was built in the folder of an asset; undefined where nothing was, or not to its end. */
export async function readBuilt(assetFolderPath: string): Promise<BuiltAsset | undefined> {
  const text = await readWritten(recordIn(assetFolderPath));
  return text === undefined ? undefined : (JSON.parse(text) as BuiltAsset);
}

/** Says that an asset is complete; written after its file. */
export const writeBuilt = (assetFolderPath: string, built: BuiltAsset): Promise<void> =>
  writeWhole(recordIn(assetFolderPath), `${JSON.stringify(built, null, 2)}\n`);

/** The catalogue of everything that was built into a folder; empty where nothing was. */
export async function readCatalogue(folder: string): Promise<readonly Asset[]> {
  const text = await readWritten(catalogueIn(folder));
  return text === undefined ? [] : (JSON.parse(text) as Asset[]);
}

/** Adds assets to a folder's catalogue, or replaces those of the same name and version. */
export async function addToCatalogue(folder: string, assets: readonly Asset[]): Promise<void> {
  const before = await readCatalogue(folder);
  const all = [...before, ...assets];
  const latest = [...new Map(all.map((asset) => [asset.source, asset])).values()];
  latest.sort((one, other) => (one.source < other.source ? -1 : 1));
  if (JSON.stringify(latest) === JSON.stringify(before)) return;
  await writeWhole(catalogueIn(folder), `${JSON.stringify(latest, null, 2)}\n`);
}
