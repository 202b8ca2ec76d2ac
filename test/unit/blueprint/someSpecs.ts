import type { Facts } from '../../../shared/facts/facts.ts';
import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aDocument, type Changes, parsed, someFacts } from '../spec/aSpec.ts';

/** Valid specs of every kind, always the same ones: what a property must hold for. */
export function someSpecs(count = 150): readonly (readonly [string, ClusterSpec])[] {
  const chance = pseudoRandom(7);
  const specs: (readonly [string, ClusterSpec])[] = [];
  for (let attempt = 0; specs.length < count; attempt += 1) {
    if (attempt > 20 * count)
      throw new Error('nearly every spec that was made up is invalid: the checks or this generator are wrong');
    const spec = parsed(aDocument(madeUp(chance)));
    if (validateSpec(spec, roomyFacts).length === 0) specs.push([`spec ${attempt}`, spec]);
  }
  return specs;
}

/** Facts of an account whose quotas stop nothing. */
export const roomyFacts: Facts = someFacts({ clusterId: `${'x'.repeat(20)}-x7k2p`, quotas: {} });

export type Chance = () => number;

function madeUp(chance: Chance): Changes {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)] as T;
  const zones = ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, pick([1, 2, 3, 3, 4, 6])).map((letter) => `us-east-1${letter}`);
  const members = pick([1, 3, 5]);
  const placement = pick(['stacked', 'dedicated']);
  const access = pick(['internal', 'public']);
  const groups = Array.from({ length: pick([1, 2, 4]) }, (_, index) => ({
    name: `group-${index}`,
    instanceTypes: pick([['m7g.large'], ['m7g.large', 'c7g.xlarge'], ['m7i.large']]),
    min: pick([0, 1]),
    max: pick([1, 10, 300, 1200]),
    ...(chance() < 0.5 ? { zones: [pick(zones)] } : {}),
    ...(chance() < 0.3 ? { spot: { percentAboveBase: 100 } } : {}),
  }));
  return {
    'metadata.name': 'x'.repeat(20),
    'spec.zones': zones,
    'spec.kubernetesVersion': pick(['1.35.7', '1.36.0', '1.36.3']),
    'spec.image': pick(['al2023', 'ubuntu2404']),
    'spec.network.vpc.cidr': pick(['10.0.0.0/16', '172.20.0.0/18', '192.168.8.0/21']),
    'spec.network.plugin': pick(['flannel', 'calico', 'routed']),
    'spec.network.natGateways': pick(['perZone', 'single']),
    'spec.network.endpoints': { gateway: pick([[], ['s3'], ['s3', 'dynamodb']]), interface: pick([[], ['ecr.api']]) },
    'spec.api': { access, ...(access === 'public' ? { allowedCIDRs: ['203.0.113.0/24'] } : {}) },
    'spec.etcd': { members, placement },
    'spec.nodeGroups': groups,
  };
}

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
export function pseudoRandom(seed: number): Chance {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
