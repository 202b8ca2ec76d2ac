import { assetBlueprints } from '../../../shared/blueprint/assets.ts';
import { releaseOf } from '../../../shared/releases/releases.ts';
import type { Asset } from '../../../shared/releases/sources.ts';

const version = '1.36.3';
const published = assetBlueprints(version, ['amd64', 'arm64']);
const names = (assets: readonly Asset[]) => assets.map(({ name, architecture }) => `${name} ${architecture}`);

/** A team's own build of kubelet's plugin for ECR. */
const plugin: Asset = {
  name: 'ecr-credential-provider',
  version: releaseOf(version)?.ecrCredentialProvider ?? '',
  architecture: 'amd64',
  sha256: 'a'.repeat(64),
  source: 'https://assets.example.com/ecr-credential-provider',
  form: 'binary',
};

test('published releases bring no plugin for ECR, because no checksum of one is known', () => {
  expect(names(published).join()).not.toContain(plugin.name);
});

test('a deployment’s own catalogue brings it to the machines of its architecture', () => {
  const assets = assetBlueprints(version, ['amd64', 'arm64'], [...published, plugin]);
  expect(assets).toContainEqual(plugin);
  expect(names(assets).sort()).toEqual([...names(published), 'ecr-credential-provider amd64'].sort());
});

test('a catalogue without it, or with another version, is complete', () => {
  expect(assetBlueprints(version, ['amd64'], published)).toEqual(
    published.filter(({ architecture }) => architecture === 'amd64'),
  );
  const another = { ...plugin, version: '0.0.1' };
  expect(names(assetBlueprints(version, ['amd64'], [...published, another])).join()).not.toContain(plugin.name);
});

test('a catalogue that lacks anything else is refused by the file’s name', () => {
  const without = published.filter(({ name }) => name !== 'runc');
  expect(() => assetBlueprints(version, ['amd64'], without)).toThrow(/has no runc /);
});
