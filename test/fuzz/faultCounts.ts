/** How many faults have struck, by kind. */
export type Struck = Readonly<Record<string, number>>;

/** Counts faults. */
export interface StrokeCounter {
  readonly struck: Struck;
  count(kind: string): void;
}

export function strokeCounter(): StrokeCounter {
  const struck: Record<string, number> = {};
  return {
    struck,
    count(kind) {
      struck[kind] = (struck[kind] ?? 0) + 1;
    },
  };
}

export function sumOf(...parts: readonly Struck[]): Struck {
  const sum: Record<string, number> = {};
  for (const part of parts) for (const [kind, count] of Object.entries(part)) sum[kind] = (sum[kind] ?? 0) + count;
  return sum;
}

/** The counts in words. */
export function textOf(struck: Struck): string {
  const kinds = Object.entries(struck).map(([kind, count]) => `${kind} ${count}`);
  return kinds.length === 0 ? 'no fault struck' : kinds.join(', ');
}
