import { blockOf, cidrOf, formatCidr } from './cidr.ts';

/** How a cluster's pod range is divided among its nodes. */
export interface PodRanges {
  readonly podCIDR: string;
  readonly nodeMaskSize: number;
}

/** How many nodes get a range. */
export const rangeCount = ({ podCIDR, nodeMaskSize }: PodRanges): number =>
  2 ** (nodeMaskSize - cidrOf(podCIDR).prefix);

/**
 * A range that nobody has; undefined when each is taken. The search begins at `start`, so that nodes that boot together do
 * not all want the same one.
 */
export function freeRange(ranges: PodRanges, taken: ReadonlySet<string>, start: number): string | undefined {
  const count = rangeCount(ranges);
  const whole = cidrOf(ranges.podCIDR);
  for (let offset = 0; offset < count; offset += 1) {
    const range = formatCidr(blockOf(whole, ranges.nodeMaskSize, (start + offset) % count));
    if (!taken.has(range)) return range;
  }
  return undefined;
}
