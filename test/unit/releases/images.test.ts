import { placeOfImage } from '../../../local/machines/assets/images/ociLayout.ts';
import { imageReference } from '../../../shared/releases/imageReference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('a reference to an image', () => {
  test.each([
    'registry.k8s.io/pause:3.10.2',
    'public.ecr.aws/csi-components/csi-provisioner:v6.3.0-eksbuild.4',
    'mirror.example:5000/kubernetes/core_dns:v1.14.7',
    `registry.k8s.io/pause:3.10.2@${digest}`,
  ])('is taken as it is written: %s', (text) => {
    expect(imageReference(text)).toBe(text);
  });

  test.each([
    ['without a version', 'registry.k8s.io/pause'],
    ['by digest alone', `registry.k8s.io/pause@${digest}`],
    ['of the newest', 'registry.k8s.io/pause:latest'],
    ['without a registry', 'coredns/coredns:v1.14.7'],
    ['with a digest that is too short', 'registry.k8s.io/pause:3.10.2@sha256:0123'],
    ['with a digest in capitals', `registry.k8s.io/pause:3.10.2@${digest.toUpperCase()}`],
    ['with a digest of another kind', `registry.k8s.io/pause:3.10.2@${digest.replace('sha256', 'sha512')}`],
    ['with something behind the digest', `registry.k8s.io/pause:3.10.2@${digest}0`],
    ['with a line break', 'registry.k8s.io/pause:3.10.2\n'],
    ['with a quote', "registry.k8s.io/pause:3.10.2'"],
    ['with a scheme', 'https://registry.k8s.io/pause:3.10.2'],
    ['with capitals in the name', 'registry.k8s.io/Pause:3.10.2'],
  ])('is refused %s', (_, text) => {
    expect(() => imageReference(text)).toThrow(RangeError);
  });
});

describe('a release whose images all have digests', () => {
  type Images = { readonly [name: string]: string | Images };

  const withDigests = (images: Images): Images =>
    Object.fromEntries(
      Object.entries(images).map(([name, image]) => [
        name,
        typeof image === 'string' ? imageReference(`${image}@${digest}`) : withDigests(image),
      ]),
    );

  beforeEach(() => {
    jest.resetModules();
    jest.doMock('../../../shared/releases/images.ts', () => {
      const { images } = jest.requireActual<{ images: Images }>('../../../shared/releases/images.ts');
      return { images: withDigests(images) };
    });
  });
  afterEach(() => jest.dontMock('../../../shared/releases/images.ts'));

  test.each(['flannel', 'calico', 'routed'])('has every pod of a cluster with %s run by digest', async (plugin) => {
    const { aBlueprint, containersOf, objectsOf, workloads } = await import('../addons/manifests.ts');
    const { addonsManifest } = await import('../../../shared/addons/addons.ts');
    const { overlayManifest } = await import('../../../shared/addons/overlay.ts');
    const blueprint = aBlueprint({ 'spec.network.plugin': plugin });
    const manifests = [addonsManifest(blueprint), ...(plugin === 'routed' ? [] : [overlayManifest(blueprint)])];
    const run = manifests.flatMap((manifest) =>
      workloads(objectsOf(manifest))
        .flatMap(containersOf)
        .map(({ image }) => image),
    );
    expect(run.length).toBeGreaterThan(5);
    expect(run.filter((image) => !image.endsWith(`@${digest}`))).toEqual([]);
  });

  test('has containerd keep pods open with the image of that digest', async () => {
    const { renderBundle } = await import('../../../shared/machine/renderBundle.ts');
    const { aWorker, contentOf } = await import('../machine/aBundle.ts');
    expect(contentOf(renderBundle(aWorker).bundle, '/opt/kubestep/current/containerd/config.toml')).toMatch(
      new RegExp(`^  sandbox = 'registry\\.k8s\\.io/pause:[\\d.]+@${digest}'$`, 'm'),
    );
  });
});

test('a digest says nothing of where an image that is built here lies', () => {
  const place = { repository: 'registry.k8s.io/pause', tag: '3.10.2' };
  expect(placeOfImage(`registry.k8s.io/pause:3.10.2@${digest}`)).toEqual(place);
});
