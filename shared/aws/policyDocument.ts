/**
 * A policy in the one form in which two that say the same are equal. IAM answers documents percent-encoded, and services
 * may write a list of one as a single value, or statements and values in another order.
 */
export function canonicalPolicy(document: string): unknown {
  const text = document.startsWith('%') ? decodeURIComponent(document) : document;
  const { Statement, ...others } = JSON.parse(text) as Record<string, unknown>;
  return { ...others, Statement: sorted([Statement].flat().map(canonical)) };
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return sorted(value.map(canonical));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, canonicalValue(inner)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

/** A list of one is the same as its member. */
function canonicalValue(value: unknown): unknown {
  const list = canonical(value);
  return Array.isArray(list) && list.length === 1 ? list[0] : list;
}

const sorted = (values: readonly unknown[]): unknown[] =>
  [...values].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
