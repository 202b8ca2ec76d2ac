/** Checks of one kind of outcome in a row, and what they make of a target. */
export interface Streak {
  readonly passed: boolean;
  /** When the first of them ended. */
  readonly since: number;
  readonly count: number;
  /** Undefined until enough checks have spoken. */
  readonly healthy: boolean | undefined;
}

export interface Thresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** A new target is healthy after one passed check, one that failed before after as many as the group wants (source: NLB user guide, "Health checks"). */
export function afterCheck(
  former: Streak | undefined,
  { passed, at, thresholds }: { readonly passed: boolean; readonly at: number; readonly thresholds: Thresholds },
): Streak {
  const goesOn = former?.passed === passed;
  const count = goesOn ? former.count + 1 : 1;
  const { healthyThreshold, unhealthyThreshold } = thresholds;
  const wanted = passed ? (former?.healthy === false ? healthyThreshold : 1) : unhealthyThreshold;
  return {
    passed,
    since: goesOn ? former.since : at,
    count,
    healthy: count >= wanted ? passed : former?.healthy,
  };
}
