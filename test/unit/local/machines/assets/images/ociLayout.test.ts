import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  placeOfImage,
  recipeOfTag,
  writeExtendedImage,
  writeImage,
} from '../../../../../../local/machines/assets/images/ociLayout.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const folder = temporaryFolder();

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

const blobOf = (layout: string, { digest }: Descriptor) =>
  readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
const json = <Shape>(content: Buffer) => JSON.parse(content.toString()) as Shape;
const manifestsOf = (layout: string) =>
  json<{ manifests: Descriptor[] }>(readFileSync(join(layout, 'index.json'))).manifests;

async function anImage(name: string, { tag = '1', recipe = 'first', content = 'program' } = {}): Promise<string> {
  const layout = join(folder, name);
  const entries = [{ path: 'program', kind: 'file', mode: 0o755, content: Buffer.from(content) }] as const;
  await writeImage(layout, { tag, recipe, entries, configuration: { Entrypoint: ['/program'] } });
  return layout;
}

test('every blob has the name and the length that its descriptor says', async () => {
  const layout = await anImage('digests');
  const [manifest] = manifestsOf(layout);
  if (manifest === undefined) throw new Error('no manifest');
  const { config, layers } = json<{ config: Descriptor; layers: Descriptor[] }>(blobOf(layout, manifest));
  for (const descriptor of [manifest, config, ...layers]) {
    const content = blobOf(layout, descriptor);
    expect(`sha256:${createHash('sha256').update(content).digest('hex')}`).toBe(descriptor.digest);
    expect(content).toHaveLength(descriptor.size);
  }
  expect(readdirSync(join(layout, 'blobs', 'sha256'))).toHaveLength(3);
});

test('the configuration names the layer by the digest of what it unpacks to', async () => {
  const layout = await anImage('layers', { content: 'in the layer' });
  const [manifest] = manifestsOf(layout);
  if (manifest === undefined) throw new Error('no manifest');
  const { config, layers } = json<{ config: Descriptor; layers: Descriptor[] }>(blobOf(layout, manifest));
  const { rootfs } = json<{ rootfs: { diff_ids: string[] } }>(blobOf(layout, config));
  expect(rootfs.diff_ids).toEqual(layers.map(({ digest }) => digest));

  const [layer] = layers;
  const packed = layer && blobOf(layout, layer);
  expect(execFileSync('tar', ['--extract', '--to-stdout', 'program'], { input: packed }).toString()).toBe(
    'in the layer',
  );
});

test('a tag is found by its name, and is kept next to others until it is replaced', async () => {
  const layout = await anImage('tags', { tag: 'v1' });
  await anImage('tags', { tag: 'v2', content: 'newer' });
  await anImage('tags', { tag: 'v1', recipe: 'second', content: 'repaired' });
  const tags = manifestsOf(layout).map(({ annotations }) => annotations['org.opencontainers.image.ref.name']);
  expect(tags.sort()).toEqual(['v1', 'v2']);
  expect(await recipeOfTag(layout, 'v1')).toBe('second');
  expect(await recipeOfTag(layout, 'v3')).toBeUndefined();
});

test('an image lies in the folder of its registry and repository', () => {
  expect(placeOfImage('registry.k8s.io/coredns/coredns:v1.14.7')).toEqual({
    repository: 'registry.k8s.io/coredns/coredns',
    tag: 'v1.14.7',
  });
  expect(() => placeOfImage('registry.k8s.io/pause')).toThrow('names no repository and tag');
});

test('an image with a layer on top has the layers of the other, its own last, and what the other runs', async () => {
  const from = await anImage('original', { tag: 'v1' });
  const layout = join(folder, 'extended');
  const entries = [{ path: 'etc/authority', kind: 'file', content: Buffer.from('whom it trusts') }] as const;
  await writeExtendedImage(layout, { from, tag: 'v1', entries });
  // Made again, it is the same.
  await writeExtendedImage(layout, { from, tag: 'v1', entries });

  const read = (of: string) => {
    const [manifest] = manifestsOf(of);
    if (manifest === undefined) throw new Error('no manifest');
    const { config, layers } = json<{ config: Descriptor; layers: Descriptor[] }>(blobOf(of, manifest));
    return { layers, configuration: json<{ rootfs: { diff_ids: string[] }; config: object }>(blobOf(of, config)) };
  };
  const [original, extended] = [read(from), read(layout)];
  expect(manifestsOf(layout)).toHaveLength(1);
  expect(extended.layers.slice(0, -1)).toEqual(original.layers);
  expect(extended.configuration.config).toEqual(original.configuration.config);
  expect(extended.configuration.rootfs.diff_ids).toEqual(extended.layers.map(({ digest }) => digest));
  const unpacked = extended.layers.map((layer) =>
    execFileSync('tar', ['--list'], { input: blobOf(layout, layer) }).toString(),
  );
  expect(unpacked).toEqual(['program\n', 'etc/authority\n']);
});
