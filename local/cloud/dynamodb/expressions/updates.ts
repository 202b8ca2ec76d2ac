import type { StoredValue } from '../attributeValues.ts';
import { conflict, overlap, type Path, parsePath, pathText } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { TokenReader } from './tokens.ts';

/** What SET assigns. */
export type Expression =
  | { readonly is: 'path'; readonly path: Path }
  | { readonly is: 'value'; readonly value: StoredValue }
  | { readonly is: 'if_not_exists'; readonly path: Path; readonly otherwise: Expression }
  | { readonly is: 'list_append'; readonly left: Expression; readonly right: Expression }
  | { readonly is: '+' | '-'; readonly left: Expression; readonly right: Expression };

/** One change of an update expression. */
export type Action =
  | { readonly do: 'SET'; readonly path: Path; readonly to: Expression }
  | { readonly do: 'REMOVE'; readonly path: Path }
  | { readonly do: 'ADD' | 'DELETE'; readonly path: Path; readonly value: StoredValue };

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof sections)[number];

/** Parses an update expression: each section once, no two actions on overlapping paths. */
export function parseUpdate(text: string, placeholders: Placeholders): readonly Action[] {
  const tokens = new TokenReader('UpdateExpression', text);
  const actions: Action[] = [];
  const seen = new Set<Section>();
  while (tokens.peek().kind !== 'end') {
    const section = sections.find((name) => tokens.takeIf(name));
    if (!section) throw tokens.syntaxError();
    if (seen.has(section)) {
      throw tokens.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do actions.push(parseAction(section, tokens, placeholders));
    while (tokens.takeIf(','));
  }
  refuseOverlaps(tokens, actions);
  return actions;
}

function parseAction(section: Section, tokens: TokenReader, placeholders: Placeholders): Action {
  const path = parsePath(tokens, placeholders);
  if (section === 'REMOVE') return { do: section, path };
  if (section === 'SET') {
    tokens.expect('=');
    return { do: section, path, to: parseSum(tokens, placeholders) };
  }
  if (tokens.peek().kind !== 'value') throw tokens.syntaxError();
  const value = placeholders.value('UpdateExpression', tokens.take().text);
  const fits = section === 'ADD' ? 'N' in value || isSet(value) : isSet(value);
  if (!fits) {
    throw tokens.error(
      `Incorrect operand type for operator or function; operator: ${section}, operand type: ${typeNames[Object.keys(value)[0] ?? '']}, typeSet: ALLOWED_FOR_${section}_OPERAND`,
    );
  }
  return { do: section, path, value };
}

const typeNames: Readonly<Record<string, string>> = {
  S: 'STRING',
  N: 'NUMBER',
  B: 'BINARY',
  M: 'MAP',
  L: 'LIST',
  BOOL: 'BOOLEAN',
  NULL: 'NULL',
};

const isSet = (value: StoredValue): boolean => 'SS' in value || 'NS' in value || 'BS' in value;

function parseSum(tokens: TokenReader, placeholders: Placeholders): Expression {
  const left = parseTerm(tokens, placeholders);
  if (tokens.takeIf('+')) return { is: '+', left, right: parseTerm(tokens, placeholders) };
  if (tokens.takeIf('-')) return { is: '-', left, right: parseTerm(tokens, placeholders) };
  return left;
}

function parseTerm(tokens: TokenReader, placeholders: Placeholders): Expression {
  const token = tokens.peek();
  if (token.kind === 'value') {
    tokens.take();
    return { is: 'value', value: placeholders.value('UpdateExpression', token.text) };
  }
  if (token.kind === 'word' && tokens.peek(1).text === '(') return parseFunction(tokens, placeholders);
  return { is: 'path', path: parsePath(tokens, placeholders) };
}

function parseFunction(tokens: TokenReader, placeholders: Placeholders): Expression {
  const name = tokens.take().text;
  tokens.expect('(');
  const left = parseTerm(tokens, placeholders);
  tokens.expect(',');
  const right = parseTerm(tokens, placeholders);
  tokens.expect(')');
  if (name === 'list_append') return { is: name, left, right };
  if (name !== 'if_not_exists') throw tokens.error(`Invalid function name; function: ${name}`);
  if (left.is !== 'path') {
    throw tokens.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { is: name, path: left.path, otherwise: right };
}

function refuseOverlaps(tokens: TokenReader, actions: readonly Action[]): void {
  for (const [index, action] of actions.entries()) {
    for (const earlier of actions.slice(0, index)) {
      const both = `path one: ${pathText(earlier.path)}, path two: ${pathText(action.path)}`;
      if (overlap(earlier.path, action.path)) {
        throw tokens.error(
          `Two document paths overlap with each other; must remove or rewrite one of these paths; ${both}`,
        );
      }
      if (conflict(earlier.path, action.path)) {
        throw tokens.error(
          `Two document paths conflict with each other; must remove or rewrite one of these paths; ${both}`,
        );
      }
    }
  }
}
