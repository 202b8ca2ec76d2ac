import { machineFolder, machineName } from '../../../../../local/machines/nspawn/machine/host.ts';
import { overlayOptions } from '../../../../../local/machines/nspawn/machine/mounts.ts';
import { isVolumeOf } from '../../../../../local/machines/nspawn/machine/volumes.ts';

const host = { worldId: 'demo', folder: '/srv/kubestep', baseImage: '/srv/kubestep/base' };

test('a machine is called after its world and its instance', () => {
  expect(machineName(host, 'i-0a1b')).toBe('kubestep-demo-i-0a1b');
});

test.each(['', 'a-b', '../x', 'A', 'x'.repeat(25), 'a b'])('a world cannot be called %j', (worldId) => {
  expect(() => machineName({ worldId }, 'i-1')).toThrow('cannot name');
});

test.each(['', 'i-', 'i-1/..', '../i-1', 'i-XYZ', 'vol-1'])(
  '%j is no instance, and nothing is done to its folder',
  (id) => {
    expect(() => machineFolder(host, id)).toThrow('no instance id');
  },
);

test('the uppermost layer comes first, and a folder that would be taken apart is refused', () => {
  const disk = { layers: ['/srv/baked', '/srv/base'], upper: '/srv/upper', work: '/srv/work' };
  expect(overlayOptions(disk)).toBe('lowerdir=/srv/baked:/srv/base,upperdir=/srv/upper,workdir=/srv/work');
  expect(() => overlayOptions({ ...disk, upper: '/srv/a,upperdir=/b' })).toThrow('cannot live in');
  expect(() => overlayOptions({ ...disk, layers: ['/srv/a:/b'] })).toThrow('cannot live in');
});

test('the volumes of a world are not confused with those of a world whose name begins the same', () => {
  expect(isVolumeOf('demo', '/srv/volumes/kubestep-demo-vol-1')).toBe(true);
  expect(isVolumeOf('dem', '/srv/volumes/kubestep-demo-vol-1')).toBe(false);
  expect(isVolumeOf('demo', '/srv/volumes/kubestep-demo2-vol-1')).toBe(false);
});
