/** Whether any ARN matches both patterns. A wildcard stays within its part, except in the last one. */
export function arnsOverlap(one: string, other: string): boolean {
  if (one === '*' || other === '*') return true;
  const others = partsOf(other);
  return partsOf(one).every((part, index) => overlap(part, others[index] ?? ''));
}

/** arn:partition:service:region:account:resource */
function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** Whether any text at all matches both patterns, in which `*` stands for any text. */
export function overlap(one: string, other: string): boolean {
  const seen = new Map<string, boolean>();
  const meet = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, false);
    const answer = meetAt(i, j);
    seen.set(key, answer);
    return answer;
  };
  const meetAt = (i: number, j: number): boolean => {
    if (i === one.length && j === other.length) return true;
    if (one[i] === '*' && (meet(i + 1, j) || (j < other.length && meet(i, j + 1)))) return true;
    if (other[j] === '*' && (meet(i, j + 1) || (i < one.length && meet(i + 1, j)))) return true;
    return i < one.length && one[i] === other[j] && meet(i + 1, j + 1);
  };
  return meet(0, 0);
}
