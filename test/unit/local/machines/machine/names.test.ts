import { machineFolder, machineName } from '../../../../../local/machines/nspawn/machine/host.ts';
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

test('a folder that the mount options of an overlay would take apart is refused', () => {
  expect(() => machineFolder({ ...host, folder: '/srv/a,upperdir=b' }, 'i-1')).toThrow('refused');
});

test('the volumes of a world are told from those of a world whose name begins alike', () => {
  expect(isVolumeOf('demo', '/srv/volumes/kubestep-demo-vol-1')).toBe(true);
  expect(isVolumeOf('dem', '/srv/volumes/kubestep-demo-vol-1')).toBe(false);
  expect(isVolumeOf('demo', '/srv/volumes/kubestep-demo2-vol-1')).toBe(false);
});
