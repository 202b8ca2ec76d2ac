import { buildBlueprint } from '../../../shared/blueprint/buildBlueprint.ts';
import type { Plan } from '../../../shared/blueprint/plan.ts';
import { planHash } from '../../../shared/blueprint/planHash.ts';
import { blockOf, cidrOf, formatCidr } from '../../../shared/network/cidr.ts';
import { parseSpec } from '../../../shared/spec/parseSpec.ts';
import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aDocument, aSpec, type Changes, someFacts } from '../spec/aSpec.ts';
import { type Chance, pseudoRandom, roomyFacts } from './someSpecs.ts';

test('a spec of the right shape is judged, never stumbled over; one without problems can be built', () => {
  const chance = pseudoRandom(11);
  const judged = { built: 0, refused: 0 };
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const changes = wild(chance);
    const result = parseSpec(aDocument(changes));
    if ('problems' in result) throw new Error(`${JSON.stringify(changes)}: ${JSON.stringify(result.problems)}`);
    const problems = validateSpec(result.spec, roomyFacts);
    for (const { path, allowed, remedy } of problems) expect([path, allowed, remedy]).not.toContain('');
    if (problems.length > 0) judged.refused += 1;
    else {
      buildBlueprint(result.spec, roomyFacts);
      judged.built += 1;
    }
  }
  expect(judged.built).toBeGreaterThan(10);
  expect(judged.refused).toBeGreaterThan(10);
});

test("a plan's hash follows its content, not the order of its fields", () => {
  const plan: Plan = {
    spec: aSpec(),
    generation: 1,
    facts: someFacts(),
    blueprint: buildBlueprint(aSpec(), someFacts()),
  };
  expect(planHash(backwards(plan) as Plan)).toBe(planHash(plan));
  expect(planHash(JSON.parse(JSON.stringify(plan)) as Plan)).toBe(planHash(plan));
  expect(planHash({ ...plan, generation: 2 })).not.toBe(planHash(plan));
});

/** Values that the schema admits, sensible or not. */
function wild(chance: Chance): Changes {
  const whole = (below: number) => Math.floor(chance() * below);
  const range = (from: number, to: number) => {
    const prefix = from + whole(to - from + 1);
    return formatCidr(blockOf(cidrOf('0.0.0.0/0'), prefix, whole(2 ** prefix)));
  };
  const sometimes = (share: number, changes: Changes): Changes => (chance() < share ? changes : {});
  return {
    ...sometimes(0.5, { 'spec.network.vpc.cidr': range(14, 24) }),
    ...sometimes(0.5, { 'spec.network.podCIDR': range(6, 26) }),
    ...sometimes(0.5, { 'spec.network.serviceCIDR': range(10, 26) }),
    ...sometimes(0.3, { 'spec.zones': Array.from({ length: 1 + whole(7) }, () => `us-east-1${'abcdefg'[whole(7)]}`) }),
    ...sometimes(0.3, { 'spec.nodeGroups.0.max': whole(5001) }),
    ...sometimes(0.3, { 'spec.nodeGroups.0.spot': { percentAboveBase: whole(101), onDemandBase: whole(10) } }),
    ...sometimes(0.3, {
      'spec.nodeGroups.0.instanceTypes': [['u-6tb1.112xlarge', 'mac2.metal', 'm7g.metal', 'm7i-flex.large'][whole(4)]],
    }),
    ...sometimes(0.3, { 'spec.controlPlane.count': 1 + whole(5) }),
    ...sometimes(0.3, { 'spec.etcd.placement': 'dedicated' }),
    ...sometimes(0.3, {
      'spec.etcd.volume': { type: chance() < 0.5 ? 'gp3' : 'io2', sizeGiB: 8 + whole(500), iops: 100 + whole(63_000) },
    }),
    ...sometimes(0.3, { 'spec.network.plugin': 'routed' }),
    ...sometimes(0.2, { 'spec.kubernetesVersion': `1.${34 + whole(4)}.${whole(9)}` }),
  };
}

function backwards(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, backwards(inner)]),
  );
}
