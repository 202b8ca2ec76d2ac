import { AwsError, NotModelled } from '../errors.ts';

/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

type JsonObject = { readonly [name: string]: Json };

/** Decides about one value of an event; undefined stands for a field that is not there. */
type Matcher = (value: Json | undefined) => boolean;

/** Whether an event fits a compiled pattern. */
export type EventPattern = (event: Json) => boolean;

/** The longest pattern (source: EventBridge quotas). */
const longestPatternCharacters = 4096;

const compiled = new Map<string, EventPattern>();

/** Compiles an event pattern once for each text; AWS's InvalidEventPatternException for what is none. */
export function compilePattern(text: string): EventPattern {
  const known = compiled.get(text);
  if (known) return known;
  if (text.length > longestPatternCharacters) throw invalid('The event pattern is too long');
  const pattern = parseJson(text);
  if (!isObject(pattern)) throw invalid('The event pattern must be an object');
  if (Object.keys(pattern).length === 0) throw invalid('Empty event pattern');
  const matches = compileObject(pattern);
  compiled.set(text, matches);
  return matches;
}

function compileObject(pattern: JsonObject): EventPattern {
  const fields = Object.entries(pattern).map(([name, expected]): EventPattern => {
    if (name === '$or') return compileAlternatives(expected);
    if (isObject(expected)) {
      const inner = compileObject(expected);
      return (event) => eachObject(fieldOf(event, name)).some(inner) || (!fieldOf(event, name) && inner({}));
    }
    if (!Array.isArray(expected) || expected.length === 0) throw invalid(`"${name}" must be an object or an array`);
    const matchers = expected.map((one) => compileMatcher(one as Json));
    return (event) => {
      const value = fieldOf(event, name);
      const values = Array.isArray(value) ? value : [value];
      return values.some((one) => matchers.some((matcher) => matcher(one)));
    };
  });
  return (event) => fields.every((field) => field(event));
}

function compileAlternatives(alternatives: Json): EventPattern {
  if (!Array.isArray(alternatives) || alternatives.length < 2) throw invalid('"$or" must be an array of at least two');
  const patterns = alternatives.map((one) => {
    if (!isObject(one)) throw invalid('"$or" must contain objects');
    return compileObject(one);
  });
  return (event) => patterns.some((pattern) => pattern(event));
}

function compileMatcher(expected: Json): Matcher {
  if (!isObject(expected)) {
    if (Array.isArray(expected)) throw invalid('Arrays cannot be nested');
    return (value) => value === expected;
  }
  const [[name, operand] = ['', null], ...others] = Object.entries(expected);
  if (others.length > 0) throw invalid('Only one key allowed in match expression');
  switch (name) {
    case 'exists':
      return (value) => (value !== undefined) === operand;
    case 'numeric':
      return compileNumeric(operand);
    case 'anything-but':
      return compileAnythingBut(operand);
    case 'prefix':
    case 'suffix':
    case 'wildcard':
    case 'equals-ignore-case':
      return compileText(name, operand);
    case 'cidr':
      throw new NotModelled('events', 'PutRule', 'EventPattern cidr');
    default:
      throw invalid(`Unrecognized match type ${name}`);
  }
}

function compileText(kind: string, operand: Json): Matcher {
  if (isObject(operand) && (kind === 'prefix' || kind === 'suffix')) {
    const folded = textOf(operand['equals-ignore-case'] ?? null).toLowerCase();
    return onText((text) =>
      kind === 'prefix' ? text.toLowerCase().startsWith(folded) : text.toLowerCase().endsWith(folded),
    );
  }
  const expected = textOf(operand);
  if (kind === 'prefix') return onText((text) => text.startsWith(expected));
  if (kind === 'suffix') return onText((text) => text.endsWith(expected));
  if (kind === 'equals-ignore-case') return onText((text) => text.toLowerCase() === expected.toLowerCase());
  const escaped = expected.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const wildcard = new RegExp(`^${escaped.join('.*')}$`, 's');
  return onText((text) => wildcard.test(text));
}

/** A field that is not there is not "anything but" either: the event needs it. */
function compileAnythingBut(operand: Json): Matcher {
  if (isObject(operand)) {
    const refused = Object.entries(operand).flatMap(([kind, one]) =>
      (Array.isArray(one) ? one : [one]).map((text) => compileMatcher({ [kind]: text })),
    );
    if (refused.length === 0) throw invalid('anything-but needs a value');
    return (value) => value !== undefined && !refused.some((matcher) => matcher(value));
  }
  const refused: readonly Json[] = Array.isArray(operand) ? operand : [operand];
  return (value) => value !== undefined && !refused.includes(value);
}

function compileNumeric(operand: Json): Matcher {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 === 1) {
    throw invalid('numeric needs pairs of an operator and a number');
  }
  const tests = Array.from({ length: operand.length / 2 }, (_, index) => {
    const compare = comparators[String(operand[2 * index])];
    const bound = operand[2 * index + 1];
    if (!compare || typeof bound !== 'number') throw invalid('numeric needs pairs of an operator and a number');
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

const comparators: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function onText(test: (text: string) => boolean): Matcher {
  return (value) => typeof value === 'string' && test(value);
}

function textOf(operand: Json): string {
  if (typeof operand !== 'string') throw invalid('The match value must be a string');
  return operand;
}

function eachObject(value: Json | undefined): readonly Json[] {
  const values: readonly Json[] = Array.isArray(value) ? value : value === undefined ? [] : [value as Json];
  return values.filter(isObject);
}

function fieldOf(event: Json, name: string): Json | undefined {
  return isObject(event) && Object.hasOwn(event, name) ? event[name] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid('The event pattern is not valid JSON');
  }
}

function invalid(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);
}
