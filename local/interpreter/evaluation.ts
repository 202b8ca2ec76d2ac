import { contextObject } from './context.ts';
import type { Json, JsonObject } from './json.ts';
import { type Bindings, type ExpectedType, evaluate, evaluateAs, type Place } from './jsonata/evaluate.ts';
import type { MapItem, Strand } from './records.ts';
import type { ExecutionRun } from './run.ts';
import type { Step } from './turn.ts';

/** What an expression may see beside the state's input and the variables. */
export interface Visible {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly taskToken?: string;
  readonly item?: MapItem;
}

/** The value of a field of the strand's present state. */
export function evaluateField(step: Step, template: Json, field: string, visible: Visible = {}): Promise<Json> {
  return evaluate(template, field, bindings(step, visible), placeOf(step));
}

/** The value of a field that must have a certain type. */
export function evaluateFieldAs(
  type: ExpectedType,
  step: Step,
  template: Json,
  field: string,
  visible: Visible = {},
): Promise<Json> {
  return evaluateAs(type, template, field, bindings(step, visible), placeOf(step));
}

/** The variables that Assign makes; undefined without Assign. */
export async function evaluateAssign(
  step: Step,
  assign: JsonObject | undefined,
  visible: Visible,
): Promise<JsonObject | undefined> {
  return assign === undefined ? undefined : ((await evaluateField(step, assign, 'Assign', visible)) as JsonObject);
}

/** The position of the strand, for the cause of a failure. */
export function placeOf({ strand }: Step): Place {
  return { state: strand.state, enteredEventId: strand.enteredEventId };
}

/** The item that the strand works on: its own, or that of the nearest Map around it. */
export function itemOf(run: ExecutionRun, strand: Strand): MapItem | undefined {
  if (strand.item !== undefined) return strand.item;
  return strand.parent === undefined ? run.execution.item : itemOf(run, run.strand(strand.parent));
}

function bindings(step: Step, { result, errorOutput, taskToken, item }: Visible): Bindings {
  const { strand, turn } = step;
  return {
    ...turn.run.engine.functions,
    ...variablesOf(turn.run, strand),
    states: {
      input: strand.input,
      context: contextObject(turn.execution, strand, {
        isRetryable: ['Task', 'Map', 'Parallel'].includes(step.state.Type),
        input: turn.run.input,
        item: item ?? itemOf(turn.run, strand),
        taskToken,
      }),
      ...(result !== undefined && { result }),
      ...(errorOutput !== undefined && { errorOutput }),
    },
  };
}

/** Inner strands see what outer ones assigned; not the other way round. */
function variablesOf(run: ExecutionRun, strand: Strand): Readonly<Record<string, Json>> {
  if (strand.parent === undefined) return strand.variables;
  return { ...variablesOf(run, run.strand(strand.parent)), ...strand.variables };
}
