import { configurationOf, placed, withFolders } from '../../../../../../local/machines/assets/images/buildImages.ts';
import { librariesIn } from '../../../../../../local/machines/assets/images/hostPrograms.ts';
import { type ImageRecipe, imageRecipes } from '../../../../../../local/machines/assets/images/imageRecipes.ts';
import { addonsManifest } from '../../../../../../shared/addons/addons.ts';
import { overlayManifest } from '../../../../../../shared/addons/overlay.ts';
import { renderBundle } from '../../../../../../shared/machine/renderBundle.ts';
import { aBlueprint, containersOf, objectsOf, workloads } from '../../../../addons/manifests.ts';
import { aWorker, contentOf } from '../../../../machine/aBundle.ts';

const flannelCluster = aBlueprint({ 'spec.addons': ['coredns', 'aws-cloud-controller-manager', 'metrics-server'] });
const containers = [overlayManifest(flannelCluster), addonsManifest(flannelCluster)].flatMap((manifest) =>
  workloads(objectsOf(manifest)).flatMap(containersOf),
);

function recipe(image: string): ImageRecipe {
  const found = imageRecipes.find((candidate) => candidate.image.includes(image));
  if (found === undefined) throw new Error(`no recipe for ${image}`);
  return found;
}

test('every image of a cluster with flannel, DNS, metrics and the cloud controller is built, under the name that its manifest uses', () => {
  const used = containers.map(({ image }) => image);
  expect(used.length).toBeGreaterThan(4);
  expect(used.filter((image) => !imageRecipes.some((built) => built.image === image))).toEqual([]);
});

test('containerd keeps pods open with the pause image that is built', () => {
  const containerd = contentOf(renderBundle(aWorker).bundle, '/opt/kubestep/current/containerd/config.toml');
  expect(containerd).toContain(`sandbox = '${recipe('/pause:').image}'`);
});

test('what a manifest starts by its path is in the image; what it starts by its name comes from this machine', () => {
  const started = containers.flatMap(({ image, ...container }) => {
    const [program] = (container as { command?: readonly string[] }).command ?? [];
    return program === undefined ? [] : [{ image, program }];
  });
  expect(started.length).toBeGreaterThan(2);
  for (const { image, program } of started) {
    const { places, fromHost = [] } = recipe(image);
    expect([...Object.values(places).map((place) => `/${place}`), ...fromHost]).toContainEqual(
      expect.stringMatching(new RegExp(`(^|/)${program.replace(/^\//, '')}$`)),
    );
  }
});

test('an image that is not started by its manifest starts by itself', () => {
  const silent = containers.filter((container) => !('command' in container)).map(({ image }) => recipe(image));
  expect(silent.length).toBeGreaterThan(0);
  for (const image of silent) {
    const [program] = configurationOf(image).Entrypoint ?? [];
    expect(Object.values(image.places).map((place) => `/${place}`)).toContain(program);
  }
});

test('programs, links and files come with every folder above them, each once', () => {
  const server = recipe('test-server');
  const entries = withFolders(placed(server, [{ name: 'test-server', path: 'built/test-server' }]));
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['bin', 'etc', 'tmp', 'bin/test-server', 'bin/wget', 'etc/passwd']));
  expect(new Set(paths).size).toBe(paths.length);
  expect(entries.find(({ path }) => path === 'bin/nslookup')).toMatchObject({ kind: 'link', target: 'test-server' });
});

test('a program that the image has no place for is refused', () => {
  expect(() => placed(recipe('coredns'), [{ name: 'other', path: 'other' }])).toThrow('no place for other');
});

test('the libraries of a program are those with a path', () => {
  const printed = [
    '\tlinux-vdso.so.1 (0x00007fd1575f2000)',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007fd1572e3000)',
    '\t/lib64/ld-linux-x86-64.so.2 (0x00007fd1575f4000)',
  ].join('\n');
  expect(librariesIn(printed)).toEqual(['/lib/x86_64-linux-gnu/libc.so.6', '/lib64/ld-linux-x86-64.so.2']);
  expect(librariesIn('\tnot a dynamic executable')).toEqual([]);
});
