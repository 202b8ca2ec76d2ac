import { nodeCapacity, slotAddresses, zoneRanges } from '../../../shared/network/addressPlan.ts';
import {
  addressAt,
  cidrOf,
  contains,
  formatCidr,
  overlaps,
  parseAddress,
  parseCidr,
} from '../../../shared/network/cidr.ts';

test.each(['10.0.0.0/16', '0.0.0.0/0', '255.255.255.255/32', '100.96.0.0/11'])(
  '%s is a range and reads back as itself',
  (text) => {
    expect(formatCidr(cidrOf(text))).toBe(text);
  },
);

test.each([
  '10.0.0.1/16',
  '10.0.0.0',
  '10.0.0/8',
  '256.0.0.0/8',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  ' 10.0.0.0/8',
  '10.0.0.0/',
  '::/0',
  '1e1.0.0.0/8',
])('%s is none', (text) => expect(parseCidr(text)).toBeUndefined());

test.each([
  ['10.0.0.0/8', '10.1.0.0/16', true, true],
  ['10.1.0.0/16', '10.0.0.0/8', true, false],
  ['10.0.0.0/16', '10.1.0.0/16', false, false],
  ['192.0.0.0/2', '255.255.255.0/24', true, true],
])('%s and %s: overlap %s, contains %s', (one, other, overlap, inside) => {
  expect(overlaps(cidrOf(one), cidrOf(other))).toBe(overlap);
  expect(overlaps(cidrOf(other), cidrOf(one))).toBe(overlap);
  expect(contains(cidrOf(one), cidrOf(other))).toBe(inside);
});

test('addresses are counted from the first', () => {
  expect(addressAt(cidrOf('100.64.0.0/16'), 10)).toBe('100.64.0.10');
  expect(addressAt(cidrOf('10.0.0.0/8'), 65_536)).toBe('10.1.0.0');
  expect(() => addressAt(cidrOf('10.0.0.0/30'), 4)).toThrow(/10\.0\.0\.0\/30/);
  expect(parseAddress('192.168.0.1')).toBe(3_232_235_521);
});

test.each(['10.0.0.0/16', '10.0.0.0/21'])('seven zones share %s without overlap', (vpc) => {
  const ranges = Array.from({ length: 7 }, (_, index) => Object.values(zoneRanges(vpc, index)))
    .flat()
    .map((text) => cidrOf(text));
  for (const [index, one] of ranges.entries()) {
    expect(contains(cidrOf(vpc), one)).toBe(true);
    expect(one.prefix).toBeLessThanOrEqual(28);
    for (const other of ranges.slice(index + 1)) expect(overlaps(one, other)).toBe(false);
  }
});

test('a /11 has room for more than 5,000 nodes, a /12 has not', () => {
  expect(nodeCapacity('100.96.0.0/11', 24)).toBe(8192);
  expect(nodeCapacity('100.96.0.0/12', 24)).toBe(4096);
});

test('slots skip what is in use, and a full subnet is refused', () => {
  expect(slotAddresses('10.0.0.0/24', 2, ['10.0.0.10'])).toEqual(['10.0.0.11', '10.0.0.12']);
  expect(() => slotAddresses('10.0.0.0/28', 12)).toThrow(/10\.0\.0\.0\/28/);
});
