import { tableOf, type World } from '../world.ts';

/** Public addresses that were ever given out, so that none is given twice. */
const given = tableOf<true>('ec2.publicAddresses');

/** A public IPv4 address of Amazon's (3.80.0.0/12, source: ip-ranges.json, us-east-1). */
export function newPublicAddress(world: World): string {
  for (;;) {
    const [second, third, fourth] = [16, 256, 256].map((count) => Math.floor(world.random.next() * count));
    const address = `3.${80 + (second ?? 0)}.${third}.${fourth}`;
    if (given(world).has(address)) continue;
    given(world).put(address, true);
    return address;
  }
}
