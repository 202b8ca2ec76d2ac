import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';

/** One way into one cluster. */
export interface Access {
  /** Names the cluster; the context and the user are named after it and the group. */
  readonly clusterId: string;
  readonly group: string;
  readonly server: string;
  /** The name in the API server's certificate, where `server` is called otherwise. */
  readonly serverName?: string;
  /** PEM, all three. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Why a file is left alone. */
export class NoKubeconfig extends Error {
  override readonly name = 'NoKubeconfig';
}

/** A cluster's name is used again by the next cluster, its id never; so nothing of another cluster is ever replaced. */
export const contextOf = ({ clusterId, group }: Pick<Access, 'clusterId' | 'group'>): string => `${clusterId}-${group}`;

/**
 * The text of a kubeconfig with this access as its current context. What `existing` holds of other clusters and of other
 * groups stays as it is written there.
 */
export function mergeKubeconfig(existing: string, access: Access): string {
  const document = read(existing);
  const context = contextOf(access);
  const { server, serverName, authority } = access;
  const cluster = clusterEntryOf(access);
  put(document, 'clusters', cluster, {
    cluster: {
      server,
      ...(serverName !== undefined && { 'tls-server-name': serverName }),
      'certificate-authority-data': base64(authority),
    },
  });
  put(document, 'users', context, {
    user: {
      'client-certificate-data': base64(access.certificate),
      'client-key-data': base64(access.privateKey),
    },
  });
  put(document, 'contexts', context, { context: { cluster, user: context } });
  document.set('current-context', context);
  return document.toString({ lineWidth: 0 });
}

/** A way of one's own to the cluster is an entry of its own: contexts of other groups keep theirs. */
const clusterEntryOf = ({ clusterId, server, serverName }: Access): string =>
  serverName === undefined ? clusterId : `${clusterId}@${new URL(server).host}`;

/** Without types every scalar is a text, so that `0123` or `yes` of somebody else is written back as it was. */
const untyped = { schema: 'failsafe' } as const;

function read(existing: string): Document {
  const text = existing.trim() === '' ? 'apiVersion: v1\nkind: Config\n' : existing;
  const document = parseDocument(text, untyped);
  const [problem] = document.errors;
  if (problem) throw new NoKubeconfig(`it is not YAML: ${problem.message.split('\n')[0]}`);
  if (!isMap(document.contents) || document.get('kind') !== 'Config') throw new NoKubeconfig('it is not a kubeconfig');
  return document;
}

function put(document: Document, key: string, name: string, value: object): void {
  const list = listOf(document, key);
  const entry = document.createNode({ name, ...value });
  const place = list.items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (place === -1) list.add(entry);
  else list.items[place] = entry;
}

/** The list under `key`; kubectl writes `null` or `[]` where it has none. */
function listOf(document: Document, key: string): YAMLSeq {
  const found = document.get(key, true);
  if (isSeq(found)) {
    found.flow = false;
    return found;
  }
  if (found !== undefined && !(isScalar(found) && ['', 'null', '~'].includes(String(found.value))))
    throw new NoKubeconfig(`its ${key} are no list`);
  const list = document.createNode([]);
  document.set(key, list);
  return list;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
