import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { overlayManifest } from '../../shared/addons/overlay.ts';
import { buildBlueprint } from '../../shared/blueprint/buildBlueprint.ts';
import { aSpec, someFacts } from '../unit/spec/aSpec.ts';
import { builtPrograms, eventually, freePorts } from './support/builtPrograms.ts';

const programs = builtPrograms();
if (programs === undefined) console.log('skipped: the API server is not built: kubestep machines prepare builds it');
const withApiServer = programs === undefined ? describe.skip : describe;

const wanted = [
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Of flannel's manifest what decides over access. */
const accessObjects = (): readonly KubernetesObject[] =>
  parseAllDocuments(overlayManifest(buildBlueprint(aSpec(), someFacts())).text)
    .map((document) => document.toJS() as KubernetesObject)
    .filter(({ kind }) => wanted.includes(kind));

withApiServer('flannel’s token on a node', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubestep-api-'));
  const running: ChildProcess[] = [];
  let port = 0;

  beforeAll(async () => {
    const [clientPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
    port = apiPort;
    execFileSync('openssl', ['genrsa', '-out', join(folder, 'key.pem'), '2048'], { stdio: 'pipe' });
    writeFileSync(join(folder, 'tokens.csv'), 'administrator,administrator,1,"system:masters"\n');
    const etcd = {
      'data-dir': join(folder, 'etcd'),
      'listen-client-urls': `http://127.0.0.1:${clientPort}`,
      'advertise-client-urls': `http://127.0.0.1:${clientPort}`,
      'listen-peer-urls': `http://127.0.0.1:${peerPort}`,
    };
    const api = {
      'etcd-servers': `http://127.0.0.1:${clientPort}`,
      'bind-address': '127.0.0.1',
      'advertise-address': '127.0.0.1',
      'secure-port': String(apiPort),
      'cert-dir': join(folder, 'certificates'),
      'token-auth-file': join(folder, 'tokens.csv'),
      'authorization-mode': 'Node,RBAC',
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': join(folder, 'key.pem'),
      'service-account-signing-key-file': join(folder, 'key.pem'),
      'service-cluster-ip-range': '100.64.0.0/16',
    };
    const words = (flags: object) => Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`);
    running.push(spawn(programs?.etcd ?? '', words(etcd), { stdio: 'ignore' }));
    running.push(spawn(programs?.apiServer ?? '', words(api), { stdio: 'ignore' }));
    await eventually(120, () => asked('GET', '/readyz'));
    await eventually(30, () => asked('GET', '/api/v1/namespaces/kube-system'));
    for (const object of accessObjects()) await asked('POST', collectionOf(object), object);
    for (const name of ['i-1', 'i-2']) await asked('POST', '/api/v1/nodes', { metadata: { name } });
  }, 240_000);
  afterAll(async () => {
    for (const process of running.reverse()) {
      const over = new Promise((resolve) => process.once('exit', resolve));
      process.kill('SIGKILL');
      await over;
    }
    rmSync(folder, { recursive: true });
    if (programs) rmSync(dirname(programs.etcd), { recursive: true });
  });

  const collectionOf = ({ apiVersion, kind, metadata }: KubernetesObject): string => {
    const plural = kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
    const place = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
    return `${apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`}/${place}${plural.toLowerCase()}`;
  };

  interface Answer {
    readonly status: number;
    readonly body: string;
  }

  function ask(method: string, path: string, body?: object, token = 'administrator'): Promise<Answer> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      // Its certificate is of its own making, on loopback.
      const call = request(
        { host: '127.0.0.1', port, path, method, headers, rejectUnauthorized: false },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        },
      );
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  }

  async function asked(method: string, path: string, body?: object): Promise<string> {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body;
  }

  const account = '/api/v1/namespaces/kube-system/serviceaccounts/flannel';

  /** A token as kubelet gets it for a pod of its node; without a pod, one that is bound to nothing. */
  async function tokenOn(node?: string): Promise<string> {
    let bound = {};
    if (node !== undefined) {
      const spec = { nodeName: node, serviceAccountName: 'flannel', containers: [{ name: 'a', image: 'a' }] };
      const pod = await asked('POST', '/api/v1/namespaces/kube-system/pods', {
        metadata: { name: `on-${node}` },
        spec,
      });
      const { metadata } = JSON.parse(pod) as { metadata: { name: string; uid: string } };
      bound = { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: metadata.name, uid: metadata.uid } };
    }
    const spec = { audiences: [], ...bound };
    const answer = JSON.parse(await asked('POST', `${account}/token`, { spec })) as { status: { token: string } };
    return answer.status.token;
  }

  const annotate = async (node: string, path: string, token: string) =>
    (await ask('PATCH', `/api/v1/nodes/${node}${path}`, { metadata: { annotations: { by: 'flannel' } } }, token))
      .status;

  test('writes what the others need to its own node, and to no other', async () => {
    const token = await tokenOn('i-1');
    await eventually(60, async () => expect(await annotate('i-2', '/status', token)).toBe(403));
    expect(await annotate('i-1', '/status', token)).toBe(200);
    expect(await annotate('i-1', '', token)).toBe(403); // its role has no such right
    expect(await annotate('i-2', '', token)).toBe(403);
  });

  test('that belongs to no pod writes to none', async () => {
    const token = await tokenOn();
    expect(await annotate('i-1', '/status', token)).toBe(403);
    expect(await annotate('i-2', '/status', token)).toBe(403);
  });

  test('leaves everybody else alone', async () => {
    expect(await annotate('i-1', '/status', 'administrator')).toBe(200);
    expect(await annotate('i-2', '', 'administrator')).toBe(200);
  });
});
