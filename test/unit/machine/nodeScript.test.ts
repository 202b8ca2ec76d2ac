import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleInput } from '../../../shared/machine/bundle.ts';
import { renderBundle } from '../../../shared/machine/renderBundle.ts';
import { nodeScript } from '../../../shared/machine/script/nodeScript.ts';
import { readUserData, renderUserData } from '../../../shared/machine/userData.ts';
import { issueCertificate } from '../../../shared/pki/certificate.ts';
import { publicKeyOf } from '../../../shared/pki/signingRequest.ts';
import { aBlueprint, someVolumeIds } from '../../support/aBlueprint.ts';
import { anAuthority } from '../../support/authorities.ts';
import { nodeShellOfEachTest } from '../../support/nodeShell.ts';

const pinned = {
  description: 'demo-x7k2p master-0',
  region: 'us-east-1',
  nodeApiUrl: 'https://abc.execute-api.us-east-1.amazonaws.com',
  sha256: 'a'.repeat(64),
};

const masterInput: BundleInput = {
  blueprint: aBlueprint(),
  machine: { role: 'master', slot: 'master-0' },
  endpoint: 'demo-api.elb.us-east-1.amazonaws.com',
  deployment: { bucket: 'kubestep', nodeApiUrl: pinned.nodeApiUrl },
  authorities: { kubernetes: 'kubernetes CA\n', etcd: 'etcd CA\n', 'front-proxy': 'front proxy CA\n' },
  serviceAccountPublicKey: 'public key\n',
  wrappedKeys: [],
  volumeIds: someVolumeIds(aBlueprint()),
};

const master = renderBundle(masterInput);

const { bash, write, read, folder } = nodeShellOfEachTest();

test.each(nodeScript.map(({ path, content }) => [path, content]))('bash accepts %s', (_, content) => {
  execFileSync('bash', ['-n'], { input: content });
});

describe('user data', () => {
  test('is short, accepted by bash, and pins the bundle', () => {
    const script = renderUserData(pinned);
    execFileSync('bash', ['-n'], { input: script });
    expect(Buffer.byteLength(script)).toBeLessThan(4096);
    const { description: _, ...expected } = pinned;
    expect(readUserData(script)).toEqual(expected);
  });

  test.each([
    ['a line break', { description: 'demo\nrm -rf /' }],
    ['a command', { nodeApiUrl: 'https://$(id).example.com' }],
    ['no hash', { sha256: 'latest' }],
  ])('with %s is refused', (_, overrides) => {
    expect(() => renderUserData({ ...pinned, ...overrides })).toThrow(TypeError);
  });
});

describe('fetch-bundle', () => {
  /** The shell's paths are in a folder, those of a bundle with them. */
  const text = () => master.text.replaceAll('"path":"/opt/', `"path":"${folder()}/opt/`);
  const name = () => createHash('sha256').update(text()).digest('hex');
  const fetch = (answer: string) => {
    write('answer', answer);
    write('etc/kubestep/pinned', 'NODE_API=https://api\n');
    const signed = `signed() { while [ $# -gt 0 ]; do if [ "$1" = -o ]; then cp ${folder()}/answer "$2"; fi; shift; done; }`;
    return bash(`. ./fetch-bundle\n${signed}\nfetch_bundle ${name()}`);
  };
  /** Where a file of the bundle lies until a link, or a rename, makes it current. */
  const staged = (path: string) =>
    `opt/kubestep/bundles/${name()}/${path.replace('/opt/kubestep/current/', '').replace(/^\/etc\//, 'machine/root/etc/')}`;

  test('writes every file of a bundle as it was, with its mode, where nothing reads it yet', () => {
    fetch(text());
    for (const { path, content } of master.bundle.files) expect(read(staged(path))).toBe(content);
    const modes = bash('find "$1" -type f -printf "%m %p\\n"', `${folder()}/opt`);
    for (const { path, mode } of master.bundle.files)
      expect(modes).toContain(`${mode.slice(1)} ${folder()}/${staged(path)}\n`);
  });

  test('writes nothing of a bundle with one changed byte', () => {
    expect(() => fetch(text().replace('10.0.0.10', '10.0.0.66'))).toThrow(`the bundle is not ${name()}`);
    expect(bash('ls "$1"', `${folder()}/opt/kubestep/bundles/${name()}`)).toBe('bundle.json\n');
  });
});

describe('an asset', () => {
  const sha256 = createHash('sha256').update('a binary').digest('hex');
  const fetch = (content: string) => {
    write('etc/kubestep/settings', 'BUCKET=kubestep\nREGION=us-east-1\n');
    const signed = `signed() { echo "$@" > ${folder()}/asked; while [ $# -gt 0 ]; do if [ "$1" = -o ]; then printf %s '${content}' > "$2"; fi; shift; done; }`;
    return bash(`. ./fetch-bundle; . ./world.sh\n${signed}\nfetch_asset "$1" "$2"`, sha256, join(folder(), 'asset'));
  };

  test('is fetched by its checksum and kept', () => {
    fetch('a binary');
    expect(read('asset')).toBe('a binary');
    expect(read('asked')).toContain(`https://kubestep.s3.us-east-1.amazonaws.com/assets/sha256/${sha256}\n`);
  });

  test('with one changed byte is named and does not stay', () => {
    expect(() => fetch('a bInary')).toThrow(`asset ${sha256} is not what was pinned`);
    expect(() => read('asset')).toThrow('ENOENT');
  });
});

describe('certificates', () => {
  const table = () => `kubelet-client ${folder()}/pki/kubelet-client.crt ${folder()}/pki/kubelet-client.key\n`;
  const ask = (requests = 'requests_for') =>
    JSON.parse(bash(`. ./fetch-bundle; . ./world.sh; . ./certificates.sh; . ./etcd.sh\nmake_keys\n${requests}`)) as {
      requests: { profile: string; csr: string }[];
    };

  beforeEach(() => {
    write('etc/kubestep/certificates', table());
    write('etc/kubestep/settings', 'RUNS=node\n');
  });

  async function answerTo({ requests }: ReturnType<typeof ask>, lifetimeHours = 24): Promise<void> {
    const authority = await anAuthority();
    const [request] = requests;
    const certificate = await issueCertificate(
      {
        subject: { commonName: 'system:node:i-0abc', organizations: ['system:nodes'] },
        publicKey: publicKeyOf(request?.csr ?? ''),
        purposes: ['client'],
        names: { dns: [], addresses: [] },
        lifetimeHours,
      },
      authority,
    );
    write('answer', `{"certificates":[\n${JSON.stringify({ profile: request?.profile, certificate })}\n]}\n`);
  }

  const place = () =>
    bash(
      '. ./fetch-bundle; . ./world.sh; . ./certificates.sh; . ./etcd.sh\nplace_certificates "$1"',
      join(folder(), 'answer'),
    );

  test('are asked for with keys that are made once, and placed as they were issued', async () => {
    const [first, again] = [ask(), ask()];
    expect(publicKeyOf(again.requests[0]?.csr ?? '').equals(publicKeyOf(first.requests[0]?.csr ?? ''))).toBe(true);
    await answerTo(first);
    place();
    expect(new X509Certificate(read('pki/kubelet-client.crt')).subject).toContain('system:node:i-0abc');
    expect(bash('stat -c %a "$1"', join(folder(), 'pki/kubelet-client.key')).trim()).toBe('600');
  });

  test('for another key are not placed', async () => {
    await answerTo(ask());
    rmSync(join(folder(), 'pki/kubelet-client.key'));
    ask();
    expect(place).toThrow('not for its key');
  });

  test.each([
    [24, 'no'],
    [0.08, 'yes'], // issued 5 minutes ago for 5 minutes more: three quarters of ten are over soon, two thirds are not
  ])('of %d hours are due at once: %s', async (lifetimeHours, due) => {
    await answerTo(ask(), lifetimeHours);
    place();
    const later = 'date() { if [ "$1" = +%s ]; then echo $(($(command date +%s) + 200)); else command date "$@"; fi; }';
    const script = `. ./fetch-bundle; . ./world.sh; . ./certificates.sh; . ./etcd.sh\n${later}\nif is_due "$1"; then echo yes; else echo no; fi`;
    expect(bash(script, join(folder(), 'pki/kubelet-client.crt')).trim()).toBe(due);
  });
});

describe('the range of a node’s pods', () => {
  const ask = (answer: string, status = 0) => {
    for (const name of ['pod-network.conflist', 'pod-masquerade.nft']) write(`etc/kubestep/${name}`, routedFile(name));
    write('etc/kubestep/settings', 'NODE_API=https://api\n');
    mkdirSync(join(folder(), 'run/kubestep'), { recursive: true });
    const signed = `signed() { echo "$@" > ${folder()}/asked; while [ $# -gt 0 ]; do if [ "$1" = -o ]; then printf '%s\n' '${answer}' > "$2"; fi; shift; done; return ${status}; }`;
    const system = `ip() { echo 'default via 127.0.0.1 dev lo proto dhcp'; }\nnft() { cat > ${folder()}/nft; }`;
    return bash(`. ./fetch-bundle; . ./world.sh; . ./node.sh\n${signed}\n${system}\nget_pod_range`);
  };

  const routed = renderBundle({
    ...masterInput,
    blueprint: aBlueprint({ kubernetes: { ...aBlueprint().kubernetes, plugin: 'routed' } }),
  });
  const routedFile = (name: string) => routed.bundle.files.find(({ path }) => path.endsWith(name))?.content ?? '';

  test('is asked for and given to the container runtime and to the packet filter', () => {
    ask('{"podRange":"100.96.3.0/24"}');
    const [bridge] = JSON.parse(read('etc/cni/net.d/10-routed.conflist')).plugins;
    expect(bridge.ipam.ranges).toEqual([[{ subnet: '100.96.3.0/24' }]]);
    expect(bridge.mtu).toBe(Number(readFileSync('/sys/class/net/lo/mtu', 'utf8')));
    expect(read('nft')).toContain('ip saddr 100.96.3.0/24 ip daddr != 100.96.0.0/11 masquerade');
    expect(read('asked')).toContain('-X POST https://api/node/pod-range');
  });

  test('that is refused ends the phase with the reason', () => {
    expect(() => ask('{"message":"the quota is \\"5\\", raise it"}', 22)).toThrow(
      'no pod range: the quota is "5", raise it',
    );
    expect(() => read('etc/cni/net.d/10-routed.conflist')).toThrow('ENOENT');
  });

  test.each(['{"podRange":"$(id)"}', '{"podRange":"1.2.3.0/24|p"}', '{}'])(
    'is not taken from the answer %s',
    (answer) => {
      expect(() => ask(answer)).toThrow('names no pod range');
    },
  );
});
