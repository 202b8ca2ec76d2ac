import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOfRecipe } from '../../../../../local/machines/assets/buildAssets.ts';
import {
  addToCatalogue,
  assetFolder,
  readBuilt,
  readCatalogue,
  sourceOf,
  writeBuilt,
} from '../../../../../local/machines/assets/catalogue.ts';
import { fetchBuilt } from '../../../../../local/machines/assets/fetchBuilt.ts';
import { recipesFor } from '../../../../../local/machines/assets/recipes.ts';
import type { Asset } from '../../../../../shared/releases/sources.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const folder = temporaryFolder();

async function aBuiltAsset(name: string, content: string): Promise<Asset> {
  const asset: Asset = {
    name,
    version: '1.2.3',
    architecture: 'amd64',
    sha256: createHash('sha256').update(content).digest('hex'),
    source: sourceOf({ name, version: '1.2.3' }),
    form: 'binary',
  };
  const place = assetFolder(folder, asset);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'program'), content);
  await writeBuilt(place, { asset, file: 'program', recipe: 'any' });
  await addToCatalogue(folder, [asset]);
  return asset;
}

test('the source of a built file answers with the bytes that the catalogue pins', async () => {
  const asset = await aBuiltAsset('kubelet', 'what a kubelet is made of');
  const response = await fetchBuilt(folder)(asset.source);
  const body = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(body).digest('hex')).toBe(asset.sha256);
  expect(response.headers.get('content-length')).toBe(String(body.length));
});

test.each([
  'https://assets.kubestep.invalid/kubelet/9.9.9/amd64',
  'https://assets.kubestep.invalid/../../etc/passwd',
  'https://example.com/kubelet/1.2.3/amd64',
])('nothing answers %s', async (url) => {
  await aBuiltAsset('kubelet', 'there');
  expect((await fetchBuilt(folder)(url)).status).toBe(404);
});

test('an asset built again replaces the one in the catalogue', async () => {
  await aBuiltAsset('runc', 'first');
  const { sha256 } = await aBuiltAsset('runc', 'second');
  const listed = (await readCatalogue(folder)).filter(({ name }) => name === 'runc');
  expect(listed.map((asset) => asset.sha256)).toEqual([sha256]);
});

test('a folder where nothing was built has an empty catalogue and nothing built', async () => {
  expect(await readCatalogue(join(folder, 'nowhere'))).toEqual([]);
  expect(await readBuilt(join(folder, 'nowhere'))).toBeUndefined();
});

test('another way to build is another digest, and so a new build', () => {
  const [recipe] = recipesFor(['1.36.3']);
  if (recipe === undefined) throw new Error('no recipe');
  expect(digestOfRecipe({ ...recipe, tags: ['other'] })).not.toBe(digestOfRecipe(recipe));
  expect(digestOfRecipe({ ...recipe })).toBe(digestOfRecipe(recipe));
});
