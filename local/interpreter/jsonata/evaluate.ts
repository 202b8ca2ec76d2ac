import jsonata from 'jsonata';
import { StateFailed } from '../failures.ts';
import { isObject, type Json, typeOf } from '../json.ts';

/** What an expression may name: $states, variables and functions. */
export type Bindings = Readonly<Record<string, unknown>>;

/** In whose name an expression is evaluated, for the error message. */
export interface Place {
  readonly state: string;
  readonly enteredEventId: number;
}

/** The types that a field may demand. */
export type ExpectedType = 'array' | 'boolean' | 'number' | 'object' | 'string';

const expression = /^\{%([\s\S]*)%\}$/;
const compiled = new Map<string, jsonata.Expression>();

/** The JSONata inside `{% … %}`; undefined where the text is meant literally. */
export function expressionOf(text: string): string | undefined {
  return expression.exec(text)?.[1]?.trim();
}

/** Compiles an expression, once for the life of the process. Throws JSONata's own error. */
export function compile(source: string): jsonata.Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const fresh = jsonata(source);
  compiled.set(source, fresh);
  return fresh;
}

/** The value of a field: expressions evaluated wherever they are in it, everything else as it is. */
export async function evaluate(template: Json, field: string, bindings: Bindings, place: Place): Promise<Json> {
  if (typeof template === 'string') {
    const source = expressionOf(template);
    return source === undefined ? template : evaluateExpression(source, field, bindings, place);
  }
  if (Array.isArray(template)) {
    const values: Json[] = [];
    for (const [position, member] of template.entries())
      values.push(await evaluate(member, `${field}[${position}]`, bindings, place));
    return values;
  }
  if (!isObject(template)) return template;
  const values: Record<string, Json> = {};
  for (const [key, member] of Object.entries(template))
    values[key] = await evaluate(member, `${field}/${key}`, bindings, place);
  return values;
}

/** The value of a field that must have a certain type. */
export async function evaluateAs(
  type: ExpectedType,
  template: Json,
  field: string,
  bindings: Bindings,
  place: Place,
): Promise<Json> {
  const value = await evaluate(template, field, bindings, place);
  if (typeOf(value) === type) return value;
  const source = typeof template === 'string' ? expressionOf(template) : undefined;
  throw evaluationFailed(
    place,
    `The JSONata expression '${source ?? JSON.stringify(template)}' specified for the field '${field}' returned an unexpected result type. ` +
      `Expected '${type}', but was '${typeOf(value)}' for value: ${JSON.stringify(value)}`,
    field,
  );
}

/** The failure States.QueryEvaluationError, in AWS's words for where it arose. */
export function evaluationFailed(place: Place, what: string, location?: string): StateFailed {
  return new StateFailed({
    error: 'States.QueryEvaluationError',
    cause: causedAt(place, what),
    evaluation: location === undefined ? {} : { location },
  });
}

/** The beginning that AWS gives to the cause of every failure of a state's own. */
export function causedAt({ state, enteredEventId }: Place, what: string): string {
  return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${what}`;
}

async function evaluateExpression(source: string, field: string, bindings: Bindings, place: Place): Promise<Json> {
  const about = `The JSONata expression '${source}' specified for the field '${field}'`;
  let value: unknown;
  try {
    value = await compile(source).evaluate(undefined, bindings);
  } catch (error) {
    throw evaluationFailed(place, `${about} threw an error during evaluation. ${describe(error)}`, field);
  }
  if (value === undefined) throw evaluationFailed(place, `${about} returned nothing (undefined).`, field);
  if (isFunction(value)) throw evaluationFailed(place, `${about} returned an unsupported result type.`, field);
  // The library's results share lists with its input and carry marks of their own; what is kept must be plain.
  return typeof value === 'object' ? (JSON.parse(JSON.stringify(value)) as Json) : (value as Json);
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? String(message) : `${code}: ${message}`;
}

function isFunction(value: unknown): boolean {
  return (
    typeof value === 'function' || (isObject(value) && ('_jsonata_lambda' in value || '_jsonata_function' in value))
  );
}
