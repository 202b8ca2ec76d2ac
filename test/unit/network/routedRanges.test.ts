import { freeRange, rangeCount } from '../../../shared/network/routedRanges.ts';

const ranges = { podCIDR: '100.96.0.0/22', nodeMaskSize: 24 };

test.each([0, 1, 3, 4_294_967_295])('beginning at %d, every range is found once, and then none', (start) => {
  const taken = new Set<string>();
  for (let count = 0; count < rangeCount(ranges); count += 1) taken.add(freeRange(ranges, taken, start) ?? 'none');
  expect([...taken].sort()).toEqual(['100.96.0.0/24', '100.96.1.0/24', '100.96.2.0/24', '100.96.3.0/24']);
  expect(freeRange(ranges, taken, start)).toBeUndefined();
});

test('a range that was given back is found again', () => {
  const taken = new Set(['100.96.0.0/24', '100.96.1.0/24', '100.96.3.0/24']);
  expect(freeRange(ranges, taken, 0)).toBe('100.96.2.0/24');
});
