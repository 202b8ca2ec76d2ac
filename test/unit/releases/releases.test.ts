import { compareVersions, newestVersion, offeredVersions, releaseOf } from '../../../shared/releases/releases.ts';
import { assetsOf } from '../../../shared/releases/sources.ts';

test.each(offeredVersions)('%s is complete: every file of both architectures is pinned', (version) => {
  const release = releaseOf(version);
  if (release === undefined) throw new Error(`${version} is offered and has no release`);
  for (const architecture of ['arm64', 'amd64'] as const) {
    const assets = assetsOf(release, architecture);
    expect(assets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['kube-apiserver', 'kubelet', 'etcd', 'containerd', 'runc', 'cni-plugins']),
    );
    for (const { sha256, source } of assets) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(source).toContain(architecture);
    }
  }
});

test.each(offeredVersions)(
  'of %s, what publishers pack is unpacked by machines, and programs are installed as they are',
  (version) => {
    const release = releaseOf(version);
    if (release === undefined) throw new Error(`${version} is offered and has no release`);
    for (const { source, form } of assetsOf(release, 'arm64'))
      expect([source, form]).toEqual([source, /\.(tar\.gz|tgz)$/.test(source) ? 'tar.gz' : 'binary']);
  },
);

test('versions whose checksums are not known are not offered', () => {
  expect(releaseOf('1.37.0')).toBeUndefined();
  expect(releaseOf('1.36.99')).toBeUndefined();
  expect(releaseOf('constructor')).toBeUndefined();
});

test('versions are ordered as numbers', () => {
  expect(['1.36.10', '1.36.9', '1.35.12'].sort(compareVersions)).toEqual(['1.35.12', '1.36.9', '1.36.10']);
  expect(newestVersion).toBe([...offeredVersions].sort(compareVersions).at(-1));
});

test('a mirror with the same paths can replace the publishers', () => {
  const release = releaseOf(newestVersion);
  if (release === undefined) throw new Error('nothing is offered');
  const sources = { kubernetes: 'https://mirror.example/k8s', github: 'https://mirror.example/github' };
  for (const { source } of assetsOf(release, 'arm64', sources)) expect(source).toMatch(/^https:\/\/mirror\.example\//);
});
