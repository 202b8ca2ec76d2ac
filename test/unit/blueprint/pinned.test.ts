import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { Facts } from '../../../shared/facts/facts.ts';
import { anExistingVpc, aSpec, someFacts } from '../spec/aSpec.ts';
import { type Chance, pseudoRandom, roomyFacts, someSpecs } from './someSpecs.ts';

/** The same account on another day: newer images, other quotas and zones, an id that chance gave. */
function laterFacts(facts: Facts, chance: Chance): Facts {
  const some = () => Math.floor(chance() * 1e6).toString(16);
  return {
    ...facts,
    clusterId: `demo-${some()}`,
    images: Object.fromEntries(Object.keys(facts.images).map((image) => [image, `ami-${some()}`])),
    quotas: { 'L-1216C47A': Math.floor(chance() * 1e5) },
    zones: [...facts.zones].reverse(),
  };
}

test('planning again changes nothing that nobody changed, whatever the account offers by then', () => {
  const chance = pseudoRandom(5);
  for (const [, spec] of someSpecs(40)) {
    const blueprint = buildBlueprint(spec, roomyFacts);
    const later = laterFacts(roomyFacts, chance);
    expect(buildBlueprint(spec, later, { facts: roomyFacts, blueprint })).toEqual(blueprint);
    expect(buildBlueprint(spec, later)).not.toEqual(blueprint);
  }
});

test('more nodes do not change the masters that exist; naming a type does', () => {
  const facts = someFacts();
  const blueprint = buildBlueprint(aSpec({ 'spec.nodeGroups.0.max': 10 }), facts);
  const base = { facts, blueprint };
  const grown = { 'spec.nodeGroups.0.max': 500 };
  expect(buildBlueprint(aSpec(grown), facts).slots).not.toEqual(blueprint.slots);
  expect(buildBlueprint(aSpec(grown), facts, base).slots).toEqual(blueprint.slots);
  const named = buildBlueprint(aSpec({ ...grown, 'spec.controlPlane.instanceType': 'm7g.4xlarge' }), facts, base);
  expect(named.slots[0]?.machine.instanceTypes).toEqual(['m7g.4xlarge']);
});

test('addresses stay when a neighbour in the same subnet has freed a lower one', () => {
  const withInUse = (addressesInUse: readonly string[]) => anExistingVpc({ addressesInUse });
  const subnets = { private: ['subnet-0000000a', 'subnet-0000000b', 'subnet-0000000c'] };
  const spec = aSpec({ 'spec.network.vpc': { id: 'vpc-0a1b2c3d', subnets } });
  const facts = someFacts({ existingVpc: withInUse(['10.8.0.10', '10.8.1.10', '10.8.2.10']) });
  const base = { facts, blueprint: buildBlueprint(spec, facts) };
  const later = someFacts({ existingVpc: withInUse([]) });
  expect(buildBlueprint(spec, later).slots).not.toEqual(base.blueprint.slots);
  expect(buildBlueprint(spec, later, base).slots).toEqual(base.blueprint.slots);
});
