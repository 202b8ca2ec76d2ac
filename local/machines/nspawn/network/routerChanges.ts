import { machineOfAlias, type RouterState } from './routerState.ts';

/** What must be done to a router's namespace, in this order. Lines are those of `ip -batch`. */
export interface RouterChanges {
  /** Before anything is made: some of it may have gone by itself. */
  readonly removals: readonly string[];
  /** Devices to make, with the machines' ends that belong to them. */
  readonly newDevices: readonly string[];
  /** Once the new devices are made. */
  readonly additions: readonly string[];
  /** Namespaces of machines that no wanted device belongs to any more. */
  readonly goneMachines: readonly string[];
}

/** The difference between how a router is and how it must be. */
export function routerChanges(present: RouterState, wanted: RouterState): RouterChanges {
  const removedDevices = [...present.devices].filter(([name, { alias }]) => wanted.devices.get(name)?.alias !== alias);
  const removed = new Set(removedDevices.map(([name]) => name));
  const darkened = [...present.devices]
    .filter(([name, { up }]) => up && !removed.has(name) && wanted.devices.get(name)?.up === false)
    .map(([name]) => name);
  const newDevices = [...wanted.devices.keys()].filter((name) => removed.has(name) || !present.devices.has(name));
  const lit = [...wanted.devices]
    .filter(([name, { up }]) => up && (newDevices.includes(name) || present.devices.get(name)?.up === false))
    .map(([name]) => name);

  // The kernel drops the routes over a device that goes or goes down.
  const lost = new Set([...removed, ...darkened]);
  const routes = new Map([...present.routes].filter(([, { deviceName }]) => !lost.has(deviceName ?? '')));
  return {
    removals: [
      ...missingIn(present.rules, wanted.rules).map((rule) => `rule del ${rule}`),
      ...[...routes.keys()].filter((key) => !wanted.routes.has(key)).map((key) => `route del ${key}`),
      ...missingIn(present.addresses, wanted.addresses).map((address) => `address del ${address}/32 dev lo`),
      ...darkened.map((name) => `link set ${name} down`),
      ...[...removed].map((name) => `link del ${name}`),
    ],
    newDevices,
    additions: [
      ...missingIn(wanted.addresses, present.addresses).map((address) => `address add ${address}/32 dev lo`),
      ...lit.map((name) => `link set ${name} up`),
      ...[...wanted.routes]
        .filter(([key, { text }]) => routes.get(key)?.text !== text)
        .map(([, { text }]) => `route replace ${text}`),
      ...missingIn(wanted.rules, present.rules).map((rule) => `rule add ${rule}`),
      ...newDevices.map((name) => `link set ${name} alias "${wanted.devices.get(name)?.alias}"`),
    ],
    goneMachines: goneMachines(present, wanted),
  };
}

const missingIn = (some: ReadonlySet<string>, others: ReadonlySet<string>): string[] =>
  [...some].filter((each) => !others.has(each));

function goneMachines(present: RouterState, wanted: RouterState): string[] {
  const machinesOf = ({ devices }: RouterState) =>
    new Set([...devices.values()].map(({ alias }) => machineOfAlias(alias)).filter((name) => name !== ''));
  return missingIn(machinesOf(present), machinesOf(wanted));
}
