import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type TarEntry, tarArchive } from '../tarArchive.ts';
import { digestOfFile, readWritten, streamWhole, writeWhole } from '../wholeFiles.ts';

/** What an image runs, and as whom. */
export interface ImageConfiguration {
  readonly Entrypoint?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: typeof platform;
}

/** Source of all names and types: OCI Image Format Specification 1.1. */
const type = {
  layer: 'application/vnd.oci.image.layer.v1.tar',
  configuration: 'application/vnd.oci.image.config.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
} as const;
const tagAnnotation = 'org.opencontainers.image.ref.name';
const recipeAnnotation = 'invalid.kubestep.recipe';
const platform = { architecture: 'amd64', os: 'linux' } as const;

/** Where an image lies below a folder of images, and by which tag, whatever its publisher's is: `registry.k8s.io/coredns/coredns`, `v1.14.7`. */
export function placeOfImage(image: string): { repository: string; tag: string } {
  const [, repository, tag] = /^([^:]+):([\w.-]+)(?:@sha256:[0-9a-f]{64})?$/.exec(image) ?? [];
  if (repository === undefined || tag === undefined) throw new RangeError(`${image} names no repository and tag`);
  return { repository, tag };
}

/** The digest of the recipe that a tag's image was made by; undefined where there is no such image. */
export async function recipeOfTag(layout: string, tag: string): Promise<string | undefined> {
  return (await manifestsOf(layout)).find(hasTag(tag))?.annotations?.[recipeAnnotation];
}

/** Writes an image of one layer into an OCI image layout, beside its other tags. The index comes last: it makes it one. */
export async function writeImage(
  layout: string,
  image: { tag: string; recipe: string; entries: readonly TarEntry[]; configuration: ImageConfiguration },
): Promise<void> {
  const layer = await writeLayer(layout, image.entries);
  const configuration = await writeJson(layout, type.configuration, {
    ...platform,
    config: image.configuration,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = { schemaVersion: 2, mediaType: type.manifest, config: configuration, layers: [layer] };
  await writeTag(layout, image.tag, manifest, { [recipeAnnotation]: image.recipe });
}

/** Writes an image of another layout with a layer on top; its blobs are those of the other, linked. */
export async function writeExtendedImage(
  layout: string,
  { from, tag, entries }: { readonly from: string; readonly tag: string; readonly entries: readonly TarEntry[] },
): Promise<void> {
  const original = (await manifestsOf(from)).find(hasTag(tag));
  if (!original) throw new Error(`There is no image ${tag} in ${from}.`);
  const manifest = await readJson<Manifest>(from, original);
  const configuration = await readJson<Configuration>(from, manifest.config);
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  for (const { digest } of manifest.layers) await linkBlob(from, layout, digest);

  const layer = await writeLayer(layout, entries);
  const extended = await writeJson(layout, type.configuration, {
    ...configuration,
    rootfs: { ...configuration.rootfs, diff_ids: [...configuration.rootfs.diff_ids, layer.digest] },
  });
  await writeTag(layout, tag, { ...manifest, config: extended, layers: [...manifest.layers, layer] });
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Configuration {
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

async function readJson<T>(layout: string, { digest }: Descriptor): Promise<T> {
  return JSON.parse(await readFile(blob(layout, digest.replace('sha256:', '')), 'utf8')) as T;
}

/** The layouts may lie on different file systems. */
async function linkBlob(from: string, to: string, digest: string): Promise<void> {
  const [source, target] = [from, to].map((layout) => blob(layout, digest.replace('sha256:', ''))) as [string, string];
  await rm(target, { force: true });
  await symlink(resolve(source), target);
}

async function writeTag(
  layout: string,
  tag: string,
  manifest: object,
  annotations: Readonly<Record<string, string>> = {},
): Promise<void> {
  const written = await writeJson(layout, type.manifest, manifest);
  await writeWhole(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeIndex(layout, { ...written, platform, annotations: { [tagAnnotation]: tag, ...annotations } });
}

async function writeLayer(layout: string, entries: readonly TarEntry[]): Promise<Descriptor> {
  const unnamed = join(layout, 'blobs', 'sha256', `layer.${process.pid}`);
  await streamWhole(unnamed, tarArchive(entries));
  const digest = await digestOfFile(unnamed);
  const { size } = await stat(unnamed);
  await rename(unnamed, blob(layout, digest));
  return { mediaType: type.layer, digest: `sha256:${digest}`, size };
}

async function writeJson(layout: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const content = Buffer.from(JSON.stringify(value));
  const digest = createHash('sha256').update(content).digest('hex');
  await writeWhole(blob(layout, digest), content);
  return { mediaType, digest: `sha256:${digest}`, size: content.length };
}

async function writeIndex(layout: string, manifest: Descriptor): Promise<void> {
  const others = (await manifestsOf(layout)).filter((other) => !hasTag(manifest.annotations?.[tagAnnotation])(other));
  const index = { schemaVersion: 2, mediaType: type.index, manifests: [...others, manifest] };
  await writeWhole(join(layout, 'index.json'), JSON.stringify(index));
}

async function manifestsOf(layout: string): Promise<readonly Descriptor[]> {
  const text = await readWritten(join(layout, 'index.json'));
  return text === undefined ? [] : (JSON.parse(text) as { manifests: readonly Descriptor[] }).manifests;
}

const hasTag = (tag: string | undefined) => (manifest: Descriptor) => manifest.annotations?.[tagAnnotation] === tag;

const blob = (layout: string, digest: string) => join(layout, 'blobs', 'sha256', digest);
