import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import { criticalPathOf } from '../../../shared/blueprint/duration.ts';
import { hourlyPriceOf, priceOf, volumePrice } from '../../../shared/blueprint/price.ts';
import { HOURS_PER_MONTH, PER_TRANSITION, perHour, perMonth } from '../../../shared/blueprint/prices.ts';
import { aSpec, type Changes, someFacts } from '../spec/aSpec.ts';

const blueprint = (changes: Changes = {}) => buildBlueprint(aSpec(changes), someFacts());

// AWS' price list for us-east-1, July 2026.
test.each([
  ['m7g.large', 0.0816],
  ['m7g.medium', 0.0408],
  ['m7g.16xlarge', 2.6112],
  ['m7i.xlarge', 0.2016],
  ['r7g.2xlarge', 0.4284],
  ['t4g.small', 0.0168],
  ['c7g.large', 0.0725],
])('%s costs %d an hour', (type, price) => expect(hourlyPriceOf(type)).toBeCloseTo(price, 4));

test('what is no machine costs what AWS’s pricing pages say', () => {
  expect(perHour).toEqual({
    natGateway: 0.045,
    publicAddress: 0.005,
    loadBalancer: 0.0225,
    interfaceEndpointAndZone: 0.01,
  });
  expect(perMonth).toEqual({
    ...{ gp3GiB: 0.08, gp3IopsAbove3000: 0.005, gp3MiBpsAbove125: 0.04 },
    ...{ io2GiB: 0.125, io2Iops: 0.065, key: 1 },
  });
  expect([HOURS_PER_MONTH, 1000 * PER_TRANSITION]).toEqual([730, 0.025]);
});

test('what has no known price is said, not counted as nothing', () => {
  const { withoutPrice, lines } = priceOf(blueprint({ 'spec.nodeGroups.0.instanceTypes': ['a1.large'] }));
  expect(withoutPrice).toEqual(['workers of workers, a1.large']);
  expect(lines.find(({ what }) => what.startsWith('workers'))?.monthly).toBeUndefined();
});

test('the sum is the sum of its lines', () => {
  const { lines, monthly } = priceOf(blueprint());
  expect(monthly).toBeCloseTo(
    lines.reduce((sum, line) => sum + (line.monthly ?? 0), 0),
    6,
  );
});

test('one NAT gateway instead of three saves two of each', () => {
  const saved = priceOf(blueprint()).monthly - priceOf(blueprint({ 'spec.network.natGateways': 'single' })).monthly;
  expect(saved).toBeCloseTo(2 * 730 * (0.045 + 0.005), 6);
});

test('gp3 pays for what goes beyond its 3,000 operations and 125 MiB/s', () => {
  expect(volumePrice({ type: 'gp3', sizeGiB: 100, iops: 3000, throughputMiBps: 125 })).toBeCloseTo(8);
  expect(volumePrice({ type: 'gp3', sizeGiB: 100, iops: 4000, throughputMiBps: 225 })).toBeCloseTo(8 + 5 + 4);
});

test('the critical path is the longest chain, far below the sum of all waits', () => {
  const { seconds, delays } = criticalPathOf(blueprint());
  expect(delays.map(({ what }) => what)).toContain('load balancer active');
  expect(delays.map(({ what }) => what)).not.toContain('NAT gateway available');
  expect(seconds).toBe(delays.reduce((sum, delay) => sum + delay.seconds, 0));
});
