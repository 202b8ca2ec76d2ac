import { awsAddress, metadataAddress, registryAddress } from '../gateway/gatewayConfiguration.ts';
import type { NetworkPlan, PlannedInterface } from './networkPlan.ts';

/** What there is in a router's namespace, or must be. Each text is what `ip` takes to make it so. */
export interface RouterState {
  /** By the router's end of the interface. */
  readonly devices: ReadonlyMap<string, Device>;
  /** Held by the router itself. */
  readonly addresses: ReadonlySet<string>;
  /** By table and destination. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly rules: ReadonlySet<string>;
}

export interface Device {
  /** What the machine's end was made as, kept as the device's alias: it is set last, so half an interface has none. */
  readonly alias: string;
  readonly up: boolean;
}

export interface Route {
  readonly text: string;
  readonly deviceName?: string;
}

/** Rules of ours have this priority: after the local table, before the main one. */
const rulePriority = 1000;

const mainTable = 'main';

/** How the router's namespace must be. */
export function wantedState(plan: NetworkPlan): RouterState {
  return {
    devices: new Map(plan.interfaces.map((each) => [each.deviceName, { alias: aliasOf(each), up: !each.dark }])),
    addresses: new Set([
      metadataAddress,
      awsAddress,
      registryAddress,
      ...plan.dnsAddresses,
      ...plan.subnets.map(({ routerAddress }) => routerAddress),
      ...plan.nodes
        .filter(({ dark }) => !dark)
        .flatMap(({ address, publicEntrance }) => [address, ...(publicEntrance ? [publicEntrance.address] : [])]),
    ]),
    routes: new Map([...mainRoutes(plan), ...tableRoutes(plan)]),
    rules: new Set(wantedRules(plan)),
  };
}

/** Says whose interface a device is and how it was made; the machine's namespace comes first. */
function aliasOf(each: PlannedInterface): string {
  const { namespace, deviceIndex, macAddress, address, prefixLength, routerAddress } = each;
  return `${namespace} eth${deviceIndex} ${macAddress} ${address}/${prefixLength} ${routerAddress}`;
}

/** The machine's namespace that a device's alias names. */
export const machineOfAlias = (alias: string): string => alias.split(' ')[0] ?? '';

/** An address of the VPC that nobody holds, and every address outside, is silent, as in AWS. */
function mainRoutes({ cidrBlocks, interfaces }: NetworkPlan): [string, Route][] {
  const held = interfaces
    .filter(({ dark }) => !dark)
    .map(({ address, deviceName }) => route({ table: mainTable, destination: address, deviceName }));
  return [...['default', ...cidrBlocks].map((destination) => route({ table: mainTable, destination })), ...held];
}

/** Only routes to interfaces are real ones; what the VPC's own blocks say continues in the main table. */
function tableRoutes({ cidrBlocks, routeTables }: NetworkPlan): [string, Route][] {
  return routeTables.flatMap(({ number, routes }) => {
    const table = String(number);
    if (routes.length === 0) return [];
    const local = cidrBlocks.map((destination) => route({ table, destination, type: 'throw' }));
    const others = routes.map(({ destination, via }) =>
      route({ table, destination, ...(via && { deviceName: via.deviceName, gateway: via.address }) }),
    );
    return [...local, ...others];
  });
}

/** A subnet's interfaces and nodes obey its route table. */
function wantedRules({ routeTables, interfaces, nodes }: NetworkPlan): string[] {
  const numbers = new Map(
    routeTables.filter(({ routes }) => routes.length > 0).map(({ routeTableId, number }) => [routeTableId, number]),
  );
  const rule = (from: string, routeTableId: string) => {
    const number = numbers.get(routeTableId);
    return number === undefined ? [] : [`${from} lookup ${number} priority ${rulePriority}`];
  };
  return [
    ...interfaces.flatMap(({ deviceName, routeTableId }) => rule(`from all iif ${deviceName}`, routeTableId)),
    ...nodes.flatMap(({ address, routeTableId }) => rule(`from ${address}`, routeTableId)),
  ];
}

interface RouteWords {
  readonly table: string;
  readonly destination: string;
  readonly type?: string;
  readonly deviceName?: string;
  readonly gateway?: string;
}

function route({ table, destination, type, deviceName, gateway }: RouteWords): [string, Route] {
  const shown = destination === '0.0.0.0/0' ? 'default' : destination.replace(/\/32$/, '');
  const kind = deviceName === undefined ? `${type ?? 'blackhole'} ` : '';
  const via = gateway === undefined ? '' : ` via ${gateway}`;
  const device = deviceName === undefined ? '' : ` dev ${deviceName}${gateway === undefined ? '' : ' onlink'}`;
  return [
    `${shown} table ${table}`,
    { text: `${kind}${shown}${via}${device} table ${table}`, ...(deviceName !== undefined && { deviceName }) },
  ];
}

/** What `ip -json` shows, as far as it is asked. */
export interface ShownLink {
  readonly ifname: string;
  readonly ifalias?: string;
  readonly flags: readonly string[];
}
export interface ShownAddresses {
  readonly addr_info: readonly { readonly family: string; readonly local: string }[];
}
export interface ShownRoute {
  readonly type?: string;
  readonly dst: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly table?: string;
}
export interface ShownRule {
  readonly priority: number;
  readonly src: string;
  readonly iif?: string;
  readonly table: string;
}

/** How the router's namespace is, read back. */
export function presentState(shown: {
  readonly links: readonly ShownLink[];
  readonly addresses: readonly ShownAddresses[];
  readonly routes: readonly ShownRoute[];
  readonly rules: readonly ShownRule[];
}): RouterState {
  const ours = shown.links.filter(({ ifname }) => ifname.startsWith('e-'));
  const held = shown.addresses.flatMap(({ addr_info: all }) => all.map(({ local }) => local));
  return {
    devices: new Map(
      ours.map(({ ifname, ifalias = '', flags }) => [ifname, { alias: ifalias, up: flags.includes('UP') }]),
    ),
    addresses: new Set(held.filter((address) => address !== '127.0.0.1')),
    routes: new Map(shown.routes.filter(({ table }) => table !== 'local').map(presentRoute)),
    rules: new Set(shown.rules.filter(({ priority }) => priority === rulePriority).map(presentRule)),
  };
}

function presentRoute({ type, dst, gateway, dev, table = mainTable }: ShownRoute): [string, Route] {
  return route({
    table,
    destination: dst,
    ...(type !== undefined && { type }),
    ...(dev !== undefined && { deviceName: dev }),
    ...(gateway !== undefined && { gateway }),
  });
}

const presentRule = ({ src, iif, table, priority }: ShownRule): string =>
  `from ${src}${iif === undefined ? '' : ` iif ${iif}`} lookup ${table} priority ${priority}`;
