import type { StoredValue, ValueType } from '../attributeValues.ts';
import { type Path, parsePath } from './paths.ts';
import type { Placeholders } from './placeholders.ts';
import { type ExpressionKind, TokenReader } from './tokens.ts';

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** What a condition compares. */
export type Operand =
  | { readonly is: 'path'; readonly path: Path }
  | { readonly is: 'value'; readonly value: StoredValue }
  | { readonly is: 'size'; readonly of: Operand };

/** A condition, filter or key condition as a tree. */
export type Condition =
  | { readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly is: 'not'; readonly condition: Condition }
  | { readonly is: 'comparison'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly is: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly is: 'in'; readonly operand: Operand; readonly among: readonly Operand[] }
  | { readonly is: 'exists'; readonly path: Path; readonly wanted: boolean }
  | { readonly is: 'type'; readonly path: Path; readonly type: ValueType }
  | { readonly is: 'begins_with' | 'contains'; readonly operand: Operand; readonly part: Operand };

const comparators: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const valueTypes: readonly string[] = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'M', 'L', 'BOOL', 'NULL'];

/** How many operands IN takes (source: developer guide, "Comparison operator and function reference"). */
const maxAlternatives = 100;

/** Parses a condition; the functions that take a path get one, unused brackets are free. */
export function parseCondition(kind: ExpressionKind, text: string, placeholders: Placeholders): Condition {
  const tokens = new TokenReader(kind, text);
  const condition = parseOr(tokens, placeholders);
  tokens.expectEnd();
  return condition;
}

function parseOr(tokens: TokenReader, placeholders: Placeholders): Condition {
  let left = parseAnd(tokens, placeholders);
  while (tokens.takeIf('OR')) left = { is: 'or', left, right: parseAnd(tokens, placeholders) };
  return left;
}

function parseAnd(tokens: TokenReader, placeholders: Placeholders): Condition {
  let left = parseNot(tokens, placeholders);
  while (tokens.takeIf('AND')) left = { is: 'and', left, right: parseNot(tokens, placeholders) };
  return left;
}

function parseNot(tokens: TokenReader, placeholders: Placeholders): Condition {
  if (tokens.takeIf('NOT')) return { is: 'not', condition: parseNot(tokens, placeholders) };
  if (tokens.takeIf('(')) {
    const condition = parseOr(tokens, placeholders);
    tokens.expect(')');
    return condition;
  }
  if (tokens.peek().kind === 'word' && tokens.peek(1).text === '(' && tokens.peek().text !== 'size') {
    return parseFunction(tokens, placeholders);
  }
  return parseComparison(tokens, placeholders);
}

function parseFunction(tokens: TokenReader, placeholders: Placeholders): Condition {
  const name = tokens.take().text;
  tokens.expect('(');
  const operands: Operand[] = [];
  do operands.push(parseOperand(tokens, placeholders));
  while (tokens.takeIf(','));
  tokens.expect(')');

  const [first, second] = operands;
  const wanted = functionArity[name];
  if (wanted === undefined) throw tokens.error(`Invalid function name; function: ${name}`);
  if (operands.length !== wanted || !first) {
    throw tokens.error(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  if (name === 'begins_with' || name === 'contains') return { is: name, operand: first, part: second ?? first };
  if (first.is !== 'path')
    throw tokens.error(`Operator or function requires a document path; operator or function: ${name}`);
  if (name !== 'attribute_type') return { is: 'exists', path: first.path, wanted: name === 'attribute_exists' };
  return { is: 'type', path: first.path, type: typeNamed(tokens, second) };
}

const functionArity: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
};

function typeNamed(tokens: TokenReader, operand: Operand | undefined): ValueType {
  if (operand?.is !== 'value' || !('S' in operand.value)) {
    throw tokens.error('Incorrect operand type for operator or function; operator or function: attribute_type');
  }
  if (!valueTypes.includes(operand.value.S)) {
    throw tokens.error(
      `Invalid attribute type name found; type: ${operand.value.S}, valid types: {${valueTypes.join(',')}}`,
    );
  }
  return operand.value.S as ValueType;
}

function parseComparison(tokens: TokenReader, placeholders: Placeholders): Condition {
  const operand = parseOperand(tokens, placeholders);
  if (tokens.takeIf('BETWEEN')) {
    const low = parseOperand(tokens, placeholders);
    tokens.expect('AND');
    return { is: 'between', operand, low, high: parseOperand(tokens, placeholders) };
  }
  if (tokens.takeIf('IN')) return { is: 'in', operand, among: parseAlternatives(tokens, placeholders) };
  const comparator = tokens.peek().text;
  if (!comparators.includes(comparator)) throw tokens.syntaxError();
  tokens.take();
  return {
    is: 'comparison',
    comparator: comparator as Comparator,
    left: operand,
    right: parseOperand(tokens, placeholders),
  };
}

function parseAlternatives(tokens: TokenReader, placeholders: Placeholders): Operand[] {
  tokens.expect('(');
  const among: Operand[] = [];
  do among.push(parseOperand(tokens, placeholders));
  while (tokens.takeIf(','));
  tokens.expect(')');
  if (among.length > maxAlternatives) {
    throw tokens.error(`Invalid number of operands for operator: IN, number of operands: ${among.length}`);
  }
  return among;
}

function parseOperand(tokens: TokenReader, placeholders: Placeholders): Operand {
  const token = tokens.peek();
  if (token.kind === 'value') {
    tokens.take();
    return { is: 'value', value: placeholders.value(tokens.kind, token.text) };
  }
  if (token.text === 'size' && tokens.peek(1).text === '(') {
    tokens.take();
    tokens.expect('(');
    const of = parseOperand(tokens, placeholders);
    tokens.expect(')');
    return { is: 'size', of };
  }
  return { is: 'path', path: parsePath(tokens, placeholders) };
}
