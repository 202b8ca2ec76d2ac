import { createHash } from 'node:crypto';
import { type Architecture, offeredVersions, releaseOf } from '../../shared/releases/releases.ts';
import { type Asset, assetsOf } from '../../shared/releases/sources.ts';

const architectures: readonly Architecture[] = ['arm64', 'amd64'];

/** What a simulated machine runs instead of a binary: it says which one it stands for. */
const contentOf = ({ name, version, architecture }: Pick<Asset, 'name' | 'version' | 'architecture'>) =>
  `${name} ${version} ${architecture}: simulated machines run no binaries\n`;

const sourceOf = (asset: Asset) =>
  `https://assets.kubestep.invalid/${asset.name}/${asset.version}/${asset.architecture}`;

/** A catalogue of every released file with stand-ins' own checksums, so that mirroring and checking are real and small. */
export function standInCatalogue(): Asset[] {
  const releases = offeredVersions.flatMap((version) => releaseOf(version) ?? []);
  const published = releases.flatMap((release) =>
    architectures.flatMap((architecture) => assetsOf(release, architecture)),
  );
  const unique = new Map(published.map((asset) => [sourceOf(asset), asset]));
  return [...unique.values()].map((asset) => ({
    ...asset,
    source: sourceOf(asset),
    sha256: createHash('sha256').update(contentOf(asset)).digest('hex'),
  }));
}

/** Answers the sources of the catalogue; nothing else can be reached. */
export async function fetchStandIn(url: string): Promise<Response> {
  const [name, version, architecture] = url.replace('https://assets.kubestep.invalid/', '').split('/');
  if (!name || !version || !architecture || !url.startsWith('https://assets.kubestep.invalid/')) {
    return new Response('not found', { status: 404 });
  }
  return new Response(contentOf({ name, version, architecture: architecture as Architecture }));
}
