import { routerChanges } from '../../../../../local/machines/nspawn/network/routerChanges.ts';
import {
  type Device,
  presentState,
  type Route,
  type RouterState,
} from '../../../../../local/machines/nspawn/network/routerState.ts';

interface Given {
  readonly devices?: Record<string, Device>;
  readonly addresses?: readonly string[];
  readonly routes?: Record<string, Route>;
  readonly rules?: readonly string[];
}

const state = ({ devices = {}, addresses = [], routes = {}, rules = [] }: Given = {}): RouterState => ({
  devices: new Map(Object.entries(devices)),
  addresses: new Set(addresses),
  routes: new Map(Object.entries(routes)),
  rules: new Set(rules),
});

const machine: Device = { alias: 'ns-1 eth0 02:00 10.0.0.5/24 10.0.0.1', up: true };
const way = { '10.0.0.5 table main': { text: '10.0.0.5 dev e-1 table main', deviceName: 'e-1' } };
const complete = state({ devices: { 'e-1': machine }, addresses: ['10.0.0.1'], routes: way, rules: ['from all'] });

test('nothing is done where all is as it must be', () => {
  expect(routerChanges(complete, complete)).toEqual({ removals: [], newDevices: [], additions: [], goneMachines: [] });
});

test('an interface is named last, so that half of one is created again', () => {
  const { additions, newDevices } = routerChanges(state(), complete);
  expect(newDevices).toEqual(['e-1']);
  expect(additions.at(-1)).toBe(`link set e-1 alias "${machine.alias}"`);
  const half = state({ devices: { 'e-1': { alias: '', up: true } } });
  expect(routerChanges(half, complete)).toMatchObject({ removals: ['link del e-1'], newDevices: ['e-1'] });
});

test('an interface that moves takes its routes along, and its former machine goes', () => {
  const moved = state({ devices: { 'e-1': { ...machine, alias: 'ns-2 eth1' } }, addresses: ['10.0.0.1'], routes: way });
  const changes = routerChanges(complete, moved);
  expect(changes.removals).toEqual(['rule del from all', 'link del e-1']);
  expect(changes.additions).toContain('route replace 10.0.0.5 dev e-1 table main');
  expect(changes.goneMachines).toEqual(['ns-1']);
});

test('a link that goes down loses its routes and gets them back when it is up again', () => {
  const dark = state({ devices: { 'e-1': { ...machine, up: false } }, addresses: ['10.0.0.1'], rules: ['from all'] });
  expect(routerChanges(complete, dark)).toMatchObject({
    removals: ['link set e-1 down'],
    additions: [],
    goneMachines: [],
  });
  expect(routerChanges(dark, complete).additions).toEqual([
    'link set e-1 up',
    'route replace 10.0.0.5 dev e-1 table main',
  ]);
});

test('what ip shows is read as it was asked for', () => {
  const present = presentState({
    links: [{ ifname: 'e-1', ifalias: machine.alias, flags: ['BROADCAST', 'UP'] }],
    addresses: [
      {
        addr_info: [
          { family: 'inet', local: '127.0.0.1' },
          { family: 'inet', local: '10.0.0.1' },
        ],
      },
    ],
    routes: [
      { dst: '10.0.0.5', dev: 'e-1' },
      { dst: '10.244.1.0/24', dev: 'e-1', gateway: '10.0.0.5', table: '300' },
      { type: 'blackhole', dst: 'default' },
      { type: 'local', dst: '10.0.0.1', dev: 'lo', table: 'local' },
    ],
    rules: [
      { priority: 0, src: 'all', table: 'local' },
      { priority: 1000, src: 'all', iif: 'e-1', table: '300' },
    ],
  });
  expect(present.devices.get('e-1')).toEqual(machine);
  expect([...present.addresses]).toEqual(['10.0.0.1']);
  expect([...present.routes.values()].map(({ text }) => text)).toEqual([
    '10.0.0.5 dev e-1 table main',
    '10.244.1.0/24 via 10.0.0.5 dev e-1 onlink table 300',
    'blackhole default table main',
  ]);
  expect([...present.rules]).toEqual(['from all iif e-1 lookup 300 priority 1000']);
});
