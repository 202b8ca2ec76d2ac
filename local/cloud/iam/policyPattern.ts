/** The values of a request's condition keys, by the key in lower case; undefined where the request has none. */
export type ContextValues = (key: string) => readonly string[] | undefined;

/** A text of a policy that values of a request are compared with: literal, with wildcards, with policy variables. */
export interface PolicyPattern {
  matches(value: string, context: ContextValues): boolean;
  /** The text itself with its variables filled in; undefined where the request lacks one. */
  resolve(context: ContextValues): string | undefined;
}

export interface PatternRules {
  /** Whether `*` and `?` stand for any text and any character. */
  readonly wildcards: boolean;
  /** Whether `${aws:PrincipalTag/team}` is filled in: only in policies of version 2012-10-17. */
  readonly variables: boolean;
  readonly ignoreCase?: boolean;
  /** Whether the first five parts of an ARN are compared one by one, as condition operators on ARNs do. */
  readonly arn?: boolean;
}

type Part =
  | { readonly literal: string }
  | { readonly wildcard: '*' | '?' }
  | { readonly variable: string; readonly otherwise: string | undefined };

/** Variables that stand for the character itself (source: IAM User Guide, "Policy variables", special characters). */
const escaped: Readonly<Record<string, string>> = { '*': '*', '?': '?', $: '$' };

/** Compiles a text once; patterns without variables become one expression. */
export function patternOf(text: string, rules: PatternRules): PolicyPattern {
  const parts = partsOf(text, rules);
  const resolve = (context: ContextValues) => {
    const texts = parts.map((part) =>
      'literal' in part ? part.literal : 'wildcard' in part ? part.wildcard : filled(part, context),
    );
    return texts.includes(undefined) ? undefined : texts.join('');
  };
  if (text === '*' && rules.wildcards) return { matches: () => true, resolve };
  const hasVariables = parts.some((part) => 'variable' in part);
  if (!rules.ignoreCase && !parts.some((part) => 'wildcard' in part)) {
    if (hasVariables) return { matches: (value, context) => value === resolve(context), resolve };
    const literal = parts.map((part) => ('literal' in part ? part.literal : '')).join('');
    return { matches: (value) => value === literal, resolve };
  }
  if (hasVariables) return { matches: matcherWithVariables(parts, rules), resolve };
  const expression = expressionOf(parts, rules);
  return { matches: (value) => expression.test(value), resolve };
}

function matcherWithVariables(parts: readonly Part[], rules: PatternRules): PolicyPattern['matches'] {
  const expressions = new Map<string, RegExp>();
  return (value, context) => {
    const literals: Part[] = [];
    for (const part of parts) {
      const literal = 'variable' in part ? filled(part, context) : '';
      if (literal === undefined) return false;
      literals.push('variable' in part ? { literal } : part);
    }
    const key = JSON.stringify(literals);
    const expression = expressions.get(key) ?? expressionOf(literals, rules);
    if (expressions.size > maxExpressions) expressions.clear();
    expressions.set(key, expression);
    return expression.test(value);
  };
}

/** Bounds what one pattern remembers: a principal's tags seldom have more values in one world. */
const maxExpressions = 1000;

function filled(part: { variable: string; otherwise: string | undefined }, context: ContextValues): string | undefined {
  const values = context(part.variable);
  return values?.length === 1 ? values[0] : part.otherwise;
}

function partsOf(text: string, rules: PatternRules): Part[] {
  const parts: Part[] = [];
  const tokens = /\$\{([^}]*)\}|[*?]/g;
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const isVariable = match[1] !== undefined;
    if (isVariable ? !rules.variables : !rules.wildcards) continue;
    if (match.index > end) parts.push({ literal: text.slice(end, match.index) });
    parts.push(isVariable ? variablePart(match[1] ?? '') : { wildcard: match[0] as '*' | '?' });
    end = match.index + match[0].length;
  }
  if (end < text.length || parts.length === 0) parts.push({ literal: text.slice(end) });
  return parts;
}

function variablePart(name: string): Part {
  const character = escaped[name];
  if (character !== undefined) return { literal: character };
  const [key = '', fallback] = name.split(',');
  return { variable: key.trim().toLowerCase(), otherwise: fallback?.trim().replace(/^'(.*)'$/, '$1') };
}

/** The condition keys that a text uses as variables. */
export function variablesIn(text: string): string[] {
  return partsOf(text, { wildcards: false, variables: true }).flatMap((part) =>
    'variable' in part ? [part.variable] : [],
  );
}

function expressionOf(parts: readonly Part[], rules: PatternRules): RegExp {
  let colons = 0;
  let source = '';
  for (const part of parts) {
    if ('wildcard' in part) {
      const character = rules.arn && colons < 5 ? '[^:]' : '[\\s\\S]';
      source += part.wildcard === '*' ? `${character}*` : character;
    } else if ('literal' in part) {
      colons += part.literal.split(':').length - 1;
      source += part.literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    }
  }
  return new RegExp(`^${source}$`, rules.ignoreCase ? 'i' : '');
}
