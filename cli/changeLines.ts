import type { PlannedChanges } from '../shared/operations/planChanges.ts';
import { describeChanges } from '../shared/validation/changes.ts';

/** What a spec would change in the cluster that exists under its name. */
export function changeLines(
  { name, clusterId, status, createdAt }: PlannedChanges['existing'],
  changes: PlannedChanges['changes'],
): readonly string[] {
  const cluster = `${name} (${clusterId}, ${status}) has existed since ${createdAt}`;
  if (changes.length === 0) return [`${cluster}; the spec does not differ from the one that it is by.`];
  return [`${cluster}. The spec would change:`, ...describeChanges(changes).map((line) => `  ${line}`)];
}
