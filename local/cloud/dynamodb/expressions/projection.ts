import type { Item, StoredValue } from '../attributeValues.ts';
import { overlap, type Path, parsePath, pathText, valueAt } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { TokenReader } from './tokens.ts';

/** Parses `a, b.c, d[0]`. */
export function parseProjection(text: string, placeholders: Placeholders): readonly Path[] {
  const tokens = new TokenReader('ProjectionExpression', text);
  const paths: Path[] = [];
  do {
    const path = parsePath(tokens, placeholders);
    const earlier = paths.find((one) => overlap(one, path));
    if (earlier) {
      throw tokens.error(
        `Two document paths overlap with each other; must remove or rewrite one of these paths; path one: ${pathText(earlier)}, path two: ${pathText(path)}`,
      );
    }
    paths.push(path);
  } while (tokens.takeIf(','));
  tokens.expectEnd();
  return paths;
}

/** The item with nothing but what the paths name. Elements of lists move together, as in AWS. */
export function project(item: Item, paths: readonly Path[] | undefined): Item {
  if (!paths) return item;
  const wanted: Branch = new Map();
  for (const path of paths) if (valueAt(item, path) !== undefined) grow(wanted, path);
  return pruneMap(item, wanted);
}

type Branch = Map<string | number, Branch>;

function grow(branch: Branch, path: readonly (string | number)[]): void {
  let at = branch;
  for (const step of path) {
    const next = at.get(step) ?? new Map();
    at.set(step, next);
    at = next;
  }
}

function pruneMap(map: Item, branch: Branch): Item {
  const kept = Object.entries(map).filter(([name]) => branch.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, prune(value, branch.get(name))]));
}

function prune(value: StoredValue, branch: Branch | undefined): StoredValue {
  if (!branch || branch.size === 0) return value;
  if ('M' in value) return { M: pruneMap(value.M, branch) };
  if (!('L' in value)) return value;
  return { L: value.L.flatMap((entry, index) => (branch.has(index) ? [prune(entry, branch.get(index))] : [])) };
}
