import { compareVersions } from '../releases/releases.ts';
import type { SpecProblem } from '../spec/problems.ts';
import type { ClusterSpec } from '../spec/schema.ts';

/** API servers move by one minor version at a time and never back (source: Kubernetes' version skew policy). */
export function versionSkewProblems(before: ClusterSpec, after: ClusterSpec): readonly SpecProblem[] {
  const [current, wanted] = [before.spec.kubernetesVersion, after.spec.kubernetesVersion];
  const problem = (allowed: string, remedy: string) => [
    { path: 'spec.kubernetesVersion', found: `"${wanted}"`, allowed, remedy },
  ];
  if (compareVersions(wanted, current) < 0) {
    return problem(
      `${current} or newer`,
      'Kubernetes cannot go back: objects may be stored in forms that the older one cannot read. Restore a backup into a new cluster instead.',
    );
  }
  const [from = 0, to = 0] = [current, wanted].map((version) => Number(version.split('.')[1]));
  if (to - from <= 1) return [];
  return problem(
    `at most 1.${from + 1}, one minor version beyond ${current}`,
    `Upgrade to 1.${from + 1} first, then continue.`,
  );
}
