import type { Item, StoredValue } from '../attributeValues.ts';
import type { Placeholders } from './placeholders.ts';
import { isReservedWord } from './reservedWords.ts';
import type { TokenReader } from './tokens.ts';

/** A document path: an attribute's name, then names of map entries and indices of list elements. */
export type Path = readonly [string, ...(string | number)[]];

/** Reads a path such as `#a.b[2]`. */
export function parsePath(tokens: TokenReader, placeholders: Placeholders): Path {
  const steps: (string | number)[] = [];
  const first = parseName(tokens, placeholders);
  for (;;) {
    if (tokens.takeIf('.')) {
      steps.push(parseName(tokens, placeholders));
    } else if (tokens.takeIf('[')) {
      if (tokens.peek().kind !== 'number') throw tokens.syntaxError();
      steps.push(Number(tokens.take().text));
      tokens.expect(']');
    } else {
      return [first, ...steps];
    }
  }
}

function parseName(tokens: TokenReader, placeholders: Placeholders): string {
  const token = tokens.peek();
  if (token.kind !== 'word' && token.kind !== 'name') throw tokens.syntaxError();
  tokens.take();
  if (token.kind === 'name') return placeholders.name(tokens.kind, token.text);
  if (isReservedWord(token.text)) {
    throw tokens.error(`Attribute name is a reserved keyword; reserved keyword: ${token.text}`);
  }
  return token.text;
}

/** The value at the path; undefined where there is none. */
export function valueAt(item: Item, path: Path): StoredValue | undefined {
  let value = ownEntry(item, path[0]);
  for (const step of path.slice(1)) {
    if (value === undefined) return undefined;
    if (typeof step === 'number') value = 'L' in value ? value.L[step] : undefined;
    else value = 'M' in value ? ownEntry(value.M, step) : undefined;
  }
  return value;
}

/** Names such as `constructor` exist on every object; an item has only its own. */
function ownEntry(item: Item, name: string): StoredValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Whether one path is the other or leads through it. */
export function overlap(left: Path, right: Path): boolean {
  const shorter = left.length < right.length ? left : right;
  return shorter.every((step, index) => step === left[index] && step === right[index]);
}

/** Whether one path goes by name where the other goes by index, so that no item can hold both. */
export function conflict(left: Path, right: Path): boolean {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    if (left[index] === right[index]) continue;
    return typeof left[index] !== typeof right[index];
  }
  return false;
}

/** The path as AWS's messages show it: `[a, b, [2]]`. */
export function pathText(path: Path): string {
  return `[${path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(', ')}]`;
}
