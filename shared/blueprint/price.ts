import type { Blueprint, NodeGroupBlueprint, VolumeBlueprint } from './blueprint.ts';
import {
  HOURS_PER_MONTH,
  PRICES_AS_OF,
  PRICES_REGION,
  partsOfLarge,
  perHour,
  perMonth,
  pricePerLargeHour,
} from './prices.ts';

/** One line of an estimate. */
export interface PriceLine {
  readonly what: string;
  readonly count: number;
  /** USD a month for all of them; undefined where no price of the kind is known. */
  readonly monthly: number | undefined;
}

/** What a cluster costs while nothing happens in it: no traffic, no requests, no snapshots. */
export interface PriceEstimate {
  readonly lines: readonly PriceLine[];
  /** USD a month, over the lines with a price. */
  readonly monthly: number;
  /** What is in the cluster and not in the sum. */
  readonly withoutPrice: readonly string[];
  readonly asOf: string;
  /** The prices' region; others differ by up to a third. */
  readonly pricesOf: string;
}

/** Estimates a month of the cluster at its desired size. Spot machines are counted at the On-Demand price, an upper bound. */
export function priceOf(blueprint: Blueprint): PriceEstimate {
  const lines = [
    ...machineLines(blueprint),
    ...volumeLines(blueprint),
    ...networkLines(blueprint),
    keyLine(blueprint),
  ].filter(({ count }) => count > 0);
  return {
    lines,
    monthly: lines.reduce((sum, { monthly = 0 }) => sum + monthly, 0),
    withoutPrice: lines.filter(({ monthly }) => monthly === undefined).map(({ what }) => what),
    asOf: PRICES_AS_OF,
    pricesOf: PRICES_REGION,
  };
}

/** On-Demand price of a type; undefined where none is known. */
export function hourlyPriceOf(instanceType: string): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const times = /^(\d*)xlarge$/.exec(size)?.[1];
  const parts = times === undefined ? partsOfLarge[size] : 2 * Number(times === '' ? 1 : times);
  const price = pricePerLargeHour[family];
  return price === undefined || parts === undefined ? undefined : price * parts;
}

function machineLines({ slots, nodeGroups }: Blueprint): readonly PriceLine[] {
  const roles = (['master', 'etcd'] as const).flatMap((role) => {
    const ofRole = slots.filter((slot) => slot.role === role);
    const type = ofRole[0]?.machine.instanceTypes[0];
    return type === undefined
      ? []
      : [machineLine(`${role === 'master' ? 'masters' : 'etcd machines'}, ${type}`, ofRole.length, type)];
  });
  return [...roles, ...nodeGroups.map(groupLine)];
}

function groupLine({ name, machine, size, spot }: NodeGroupBlueprint): PriceLine {
  const [type] = machine.instanceTypes;
  const bound = spot.percentAboveBase > 0 ? ', Spot at most' : '';
  return machineLine(`workers of ${name}, ${type}${bound}`, size.desired, type);
}

function machineLine(what: string, count: number, type: string): PriceLine {
  const price = hourlyPriceOf(type);
  return { what, count, monthly: price === undefined ? undefined : price * count * HOURS_PER_MONTH };
}

function volumeLines({ slots, nodeGroups }: Blueprint): readonly PriceLine[] {
  const data = slots.flatMap(({ volume }) => (volume === undefined ? [] : [volumePrice(volume)]));
  const roots = [
    ...slots.map(({ machine }) => volumePrice(machine.rootVolume)),
    ...nodeGroups.flatMap(({ machine, size }) =>
      Array.from({ length: size.desired }, () => volumePrice(machine.rootVolume)),
    ),
  ];
  return [
    { what: 'etcd volumes', count: data.length, monthly: total(data) },
    { what: 'root volumes', count: roots.length, monthly: total(roots) },
  ];
}

/** A volume for a month. */
export function volumePrice({ type, sizeGiB, iops, throughputMiBps = 125 }: VolumeBlueprint): number {
  if (type === 'io2') return sizeGiB * perMonth.io2GiB + iops * perMonth.io2Iops;
  const { gp3GiB, gp3IopsAbove3000, gp3MiBpsAbove125 } = perMonth;
  return (
    sizeGiB * gp3GiB +
    Math.max(0, iops - 3000) * gp3IopsAbove3000 +
    Math.max(0, throughputMiBps - 125) * gp3MiBpsAbove125
  );
}

function networkLines({ natGateways, loadBalancer, endpoints }: Blueprint): readonly PriceLine[] {
  const zonesOfEndpoints = endpoints.reduce(
    (sum, endpoint) => sum + (endpoint.kind === 'interface' ? endpoint.subnetKeys.length : 0),
    0,
  );
  // A public load balancer has an address in each of its subnets.
  const addresses =
    natGateways.length + (loadBalancer.scheme === 'internet-facing' ? loadBalancer.subnetKeys.length : 0);
  const hourly = (what: string, count: number, price: number): PriceLine => ({
    what,
    count,
    monthly: count * price * HOURS_PER_MONTH,
  });
  return [
    hourly('NAT gateways', natGateways.length, perHour.natGateway),
    hourly('public addresses', addresses, perHour.publicAddress),
    hourly('load balancer', 1, perHour.loadBalancer),
    hourly('interface endpoints by zone', zonesOfEndpoints, perHour.interfaceEndpointAndZone),
  ];
}

const keyLine = ({ keys }: Blueprint): PriceLine => ({
  what: 'keys in KMS',
  count: keys.length,
  monthly: keys.length * perMonth.key,
});

const total = (prices: readonly number[]): number => prices.reduce((sum, price) => sum + price, 0);
