import { profiles, profilesFor } from '../../../shared/pki/profiles.ts';
import { aSlot } from '../../support/aBlueprint.ts';

const serversOfMasters = ['kube-apiserver', 'etcd-server', 'etcd-peer'];

test('a worker gets no certificate but a node’s', () => {
  expect(profilesFor({ role: 'worker', slot: undefined })).toEqual(['kubelet-client', 'kubelet-server', 'kube-proxy']);
});

test('a machine that should have a slot and has none gets nothing', () => {
  expect(profilesFor({ role: 'master', slot: undefined })).toEqual([]);
  expect(profilesFor({ role: 'etcd', slot: undefined })).toEqual([]);
});

test('a stacked master gets each certificate that there is', () => {
  expect([...profilesFor({ role: 'master', slot: aSlot() })].sort()).toEqual(Object.keys(profiles).sort());
});

test('a master beside etcd machines is no member, and those are nothing else', () => {
  const master = profilesFor({ role: 'master', slot: aSlot({ runs: { etcd: false, controlPlane: true } }) });
  const member = profilesFor({
    role: 'etcd',
    slot: aSlot({ role: 'etcd', runs: { etcd: true, controlPlane: false } }),
  });
  expect(master.filter((name) => member.includes(name))).toEqual([]);
  for (const name of member) expect(profiles[name].authority).toBe('etcd');
});

test('only servers are certified as servers', () => {
  const servers = Object.entries(profiles).filter(([, { purposes }]) => purposes.includes('server'));
  expect(servers.map(([name]) => name).sort()).toEqual([...serversOfMasters, 'kubelet-server'].sort());
});

test('no leaf lives longer than 30 days, a kubelet’s no longer than 7, an administrator’s no longer than one', () => {
  for (const { lifetimeDays } of Object.values(profiles)) expect(lifetimeDays).toBeLessThanOrEqual(30);
  expect(profiles['kubelet-client'].lifetimeDays).toBe(7);
  expect(profiles.administrator.lifetimeDays).toBe(1);
});
