import type { Facts } from '../facts/facts.ts';
import type { ParsedSpec } from '../spec/parseSpec.ts';
import type { SpecProblem } from '../spec/problems.ts';
import { concernsTheRest } from '../spec/restOf.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import { immutableProblems } from './changes.ts';
import { checkAddresses } from './checks/addresses.ts';
import { checkApi } from './checks/api.ts';
import type { Check } from './checks/check.ts';
import { checkTogether } from './checks/combinations.ts';
import { checkControlPlane } from './checks/controlPlane.ts';
import { checkEndpoints } from './checks/endpoints.ts';
import { checkExistingVpc } from './checks/existingVpc.ts';
import { checkExtraArguments } from './checks/extraArguments.ts';
import { checkNodeGroups } from './checks/nodeGroups.ts';
import { checkPlacement } from './checks/placement.ts';
import { checkQuotas } from './checks/quotas.ts';
import { checkReservations } from './checks/reservations.ts';
import { checkTags } from './checks/tags.ts';
import { versionSkewProblems } from './versionSkew.ts';

const checks: readonly Check[] = [
  checkTags,
  checkPlacement,
  checkAddresses,
  checkExistingVpc,
  checkEndpoints,
  checkApi,
  checkControlPlane,
  checkNodeGroups,
  checkExtraArguments,
  checkReservations,
  checkTogether,
  checkQuotas,
];

/**
 * Everything that keeps a spec of the right shape from becoming a cluster in this account, at once; without facts of an
 * account, everything that needs none. With the spec of the living cluster, also what cannot change in it. Where this finds
 * nothing, a blueprint can be built.
 */
export function validateSpec(
  spec: ClusterSpec,
  facts: Facts | undefined,
  existing?: ClusterSpec,
): readonly SpecProblem[] {
  const ofChange =
    existing === undefined ? [] : [...immutableProblems(existing, spec), ...versionSkewProblems(existing, spec)];
  return [...checks.flatMap((check) => check(spec, facts)), ...ofChange];
}

/** What is wrong with the shape of a document, and what can be said about the rest of it without an account. */
export function problemsOfDocument(parsed: ParsedSpec): readonly SpecProblem[] {
  if ('spec' in parsed) return validateSpec(parsed.spec, undefined);
  if (parsed.rest === undefined) return parsed.problems;
  const broken = parsed.problems.map(({ path }) => path);
  const further = validateSpec(parsed.rest, undefined).filter(({ path }) => concernsTheRest(path, broken));
  return [...parsed.problems, ...further];
}
