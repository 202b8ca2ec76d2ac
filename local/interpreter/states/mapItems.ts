import type { MapState } from '../definition/definition.ts';
import { evaluateField, placeOf } from '../evaluation.ts';
import { StateFailed } from '../failures.ts';
import { type Json, typeOf } from '../json.ts';
import { evaluationFailed, expressionOf } from '../jsonata/evaluate.ts';
import type { Step } from '../turn.ts';

/** The list that the Map iterates over: Items, or the state's input. */
export async function itemsOf(step: Step, state: MapState): Promise<Json[]> {
  const items = state.Items === undefined ? step.strand.input : await evaluateField(step, state.Items, 'Items');
  if (Array.isArray(items)) return items;
  if (state.Items === undefined) {
    throw evaluationFailed(placeOf(step), `Map state input must be an array but was: ${JSON.stringify(items)}`);
  }
  const source =
    typeof state.Items === 'string' ? (expressionOf(state.Items) ?? state.Items) : JSON.stringify(state.Items);
  throw evaluationFailed(
    placeOf(step),
    `The JSONata expression '${source}' specified for the field 'Items' returned an unexpected result type. ` +
      `Expected 'array', but was '${typeOf(items)}' for value: ${JSON.stringify(items)}`,
    'Items',
  );
}

/** The value of a field that counts something. */
export async function wholeNumber(step: Step, field: number | string, name: string): Promise<number> {
  const value = await evaluateField(step, field, name);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  if (typeof field === 'number')
    throw new StateFailed({ error: 'States.Runtime', cause: `${name} cannot be ${field}` });
  throw evaluationFailed(
    placeOf(step),
    `The field '${name}' must be a non-negative integer but was: ${JSON.stringify(value)}`,
    name,
  );
}
