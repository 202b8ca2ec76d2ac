import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Names of repositories, tags and digests (source: OCI distribution specification, "Pulling manifests"). */
const repositoryName = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const digestName = /^sha256:([0-9a-f]{64})$/;
const hostName = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?$/;

const tagAnnotation = 'org.opencontainers.image.ref.name';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

interface Descriptor {
  readonly mediaType?: string;
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A blob that a request names. */
interface Found {
  readonly file: string;
  readonly digest: string;
  readonly mediaType: string;
}

/**
 * A read-only registry over folders of OCI image layouts, `<folder>/<host>/<repository>/`; the first that has what is asked
 * for answers. The host is the one that containerd asks a mirror for (`?ns=registry.k8s.io`), else the one of the request.
 */
export function createRegistry(folders: () => readonly string[]): Server {
  return createServer((incoming, outgoing) => {
    answer(folders(), incoming, outgoing).catch(() => {
      if (outgoing.headersSent) outgoing.destroy();
      else refuse(outgoing, 500, 'UNKNOWN', 'the registry cannot read its folders');
    });
  });
}

async function answer(folders: readonly string[], incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
    refuse(outgoing, 405, 'UNSUPPORTED', 'the registry is read-only');
    return;
  }
  const url = new URL(incoming.url ?? '/', 'http://registry');
  if (/^\/v2\/?$/.test(url.pathname)) {
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    return;
  }
  const host = url.searchParams.get('ns') ?? incoming.headers.host ?? '';
  const [, repository = '', kind, reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
  if (kind === undefined || !hostName.test(host) || !repositoryName.test(repository)) {
    refuse(outgoing, 404, 'NAME_UNKNOWN', `no repository for ${url.pathname}`);
    return;
  }
  if (privateRegistry.test(host) && !hasLoggedIn(incoming)) {
    outgoing.setHeader('www-authenticate', `Basic realm="https://${host}/"`);
    refuse(outgoing, 401, 'UNAUTHORIZED', 'no basic auth credentials');
    return;
  }
  const find = kind === 'blobs' ? findBlob : findManifest;
  let found: Found | undefined;
  for (const folder of folders) found ??= await find(join(folder, host, repository), reference);
  if (found) await send(found, incoming, outgoing);
  else
    refuse(
      outgoing,
      404,
      kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN',
      `${host}/${repository} has no ${reference}`,
    );
}

/** ECR's, which nobody reads without a login. */
const privateRegistry = /^\d{12}\.dkr\.ecr\./;

/** With what the model of ECR hands out; that the model has handed out this one is not looked into. */
function hasLoggedIn({ headers: { authorization = '' } }: IncomingMessage): boolean {
  const [, encoded = ''] = /^Basic (.+)$/.exec(authorization) ?? [];
  return /^AWS:[0-9a-f]{64}$/.test(Buffer.from(encoded, 'base64').toString());
}

async function findBlob(layout: string, digest: string): Promise<Found | undefined> {
  const hex = digestName.exec(digest)?.[1];
  if (hex === undefined) return undefined;
  const file = join(layout, 'blobs', 'sha256', hex);
  const isThere = await stat(file).then(
    (status) => status.isFile(),
    () => false,
  );
  return isThere ? { file, digest, mediaType: 'application/octet-stream' } : undefined;
}

/** By tag from the layout's index; by digest also what an index of platforms names. */
async function findManifest(layout: string, reference: string): Promise<Found | undefined> {
  const byDigest = digestName.test(reference);
  const descriptor = (await indexOf(layout)).find(
    ({ digest, annotations }) => (byDigest ? digest : annotations?.[tagAnnotation]) === reference,
  );
  const digest = descriptor?.digest ?? (byDigest ? reference : undefined);
  const blob = digest === undefined ? undefined : await findBlob(layout, digest);
  return blob && { ...blob, mediaType: descriptor?.mediaType ?? (await mediaTypeIn(blob.file)) };
}

async function indexOf(layout: string): Promise<readonly Descriptor[]> {
  const text = await readFile(join(layout, 'index.json'), 'utf8').catch(() => '{}');
  const { manifests = [] }: { manifests?: readonly Descriptor[] } = JSON.parse(text);
  return manifests;
}

async function mediaTypeIn(file: string): Promise<string> {
  const { mediaType = manifestType }: { mediaType?: string } = JSON.parse(await readFile(file, 'utf8'));
  return mediaType;
}

async function send({ file, digest, mediaType }: Found, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { size } = await stat(file);
  outgoing.writeHead(200, { 'content-type': mediaType, 'content-length': size, 'docker-content-digest': digest });
  if (incoming.method === 'HEAD') outgoing.end();
  else await pipeline(createReadStream(file), outgoing);
}

function refuse(outgoing: ServerResponse, status: number, code: string, message: string): void {
  const body = JSON.stringify({ errors: [{ code, message }] });
  outgoing
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}
