import { mapRunArn } from '../arns.ts';
import type { MapState } from '../definition/definition.ts';
import { evaluateField, placeOf } from '../evaluation.ts';
import { type Failure, failureOf, StateFailed } from '../failures.ts';
import { isObject, type Json } from '../json.ts';
import { causedAt, evaluationFailed } from '../jsonata/evaluate.ts';
import { failMapRun, fillMapRun, mapRunOf } from '../mapRuns.ts';
import { uuid } from '../random.ts';
import type { MapRun, MapRunItem } from '../records.ts';
import { guarded } from '../transitions.ts';
import type { Step } from '../turn.ts';
import { batched } from './itemBatcher.ts';
import { itemsOf, wholeNumber } from './mapItems.ts';

/** Runs each item, or each batch of items, as an execution of its own. */
export async function attemptDistributedMap(step: Step, state: MapState): Promise<void> {
  const items = state.ItemReader === undefined ? await itemsOf(step, state) : undefined;
  step.emit('MapStateStarted', { length: items?.length ?? 0 });
  const run = await createMapRun(step, state);
  step.emit('MapRunStarted', { mapRunArn: run.mapRunArn });
  step.turn.batch.putMapRun(run);
  const phase = { name: 'readingItems', mapRunArn: run.mapRunArn } as const;
  if (items === undefined) return step.continueIn(phase);
  step.begin(phase);
  await beginItems(step, items);
}

/** Asks the item store for what the ItemReader names. */
export function readItems(step: Step): void {
  const { ItemReader } = step.state as MapState;
  const { turn, id } = step;
  const { run } = turn;
  const step0 = step.strand.step;
  const ask = async (): Promise<Json[]> => {
    const { items } = run.engine.options;
    if (items === undefined || ItemReader === undefined)
      throw new Error(`No item store is there to read ${ItemReader?.Resource}`);
    const readerConfig = await evaluateField(step, ItemReader.ReaderConfig ?? {}, 'ItemReader/ReaderConfig');
    return items.read({
      resource: ItemReader.Resource,
      arguments: await evaluateField(step, ItemReader.Arguments ?? {}, 'ItemReader/Arguments'),
      readerConfig: isObject(readerConfig) ? readerConfig : {},
      roleArn: turn.execution.roleArn,
    });
  };
  ask().then(
    (items) =>
      run.post(
        id,
        guarded((later) => beginItems(later, items)),
        step0,
      ),
    (error: unknown) =>
      run.post(
        id,
        guarded((later) => failMapRun(later, readerFailure(error))),
        step0,
      ),
  );
}

/** Makes the children's inputs of the items, and starts as many children as may run at once. */
async function beginItems(step: Step, items: readonly Json[]): Promise<void> {
  const state = step.state as MapState;
  const run = mapRunOf(step);
  step.turn.batch.putMapRun({ ...run, items: await inputsOf(step, state, items) });
  step.begin({ name: 'mapRun', mapRunArn: run.mapRunArn });
  await fillMapRun(step);
}

function readerFailure(error: unknown): Failure {
  if (error instanceof StateFailed) return error.failure;
  const { error: name, cause } = failureOf(error);
  return {
    error: name?.startsWith('States.') ? name : 'States.ItemReaderFailed',
    ...(cause !== undefined && { cause }),
  };
}

async function createMapRun(step: Step, state: MapState): Promise<MapRun> {
  const { turn, strand, id } = step;
  const label = state.Label ?? strand.state.replaceAll(/[^\w-]/g, '_').slice(0, 40);
  const count = state.ToleratedFailureCount;
  const percentage = state.ToleratedFailurePercentage;
  return {
    mapRunArn: mapRunArn(turn.execution.stateMachineArn, label, uuid(turn.run.engine.options.random)),
    executionArn: strand.executionArn,
    strand: id,
    stateMachineName: turn.execution.stateMachineName,
    label,
    status: 'RUNNING',
    items: [],
    maxConcurrency: await wholeNumber(step, state.MaxConcurrency ?? 0, 'MaxConcurrency'),
    ...(count !== undefined && { toleratedFailureCount: await toleratedCount(step, count) }),
    ...(percentage !== undefined && { toleratedFailurePercentage: await toleratedPercentage(step, percentage) }),
    startDate: turn.now,
    redriveCount: 0,
  };
}

async function toleratedCount(step: Step, field: number | string): Promise<number> {
  const value = await evaluateField(step, field, 'ToleratedFailureCount');
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw notANumber(step, 'ToleratedFailureCount', 'integer', value);
  if (value < 0) throw runtimeFailure(step, 'ToleratedFailureCount cannot be negative.');
  return value;
}

async function toleratedPercentage(step: Step, field: number | string): Promise<number> {
  const value = await evaluateField(step, field, 'ToleratedFailurePercentage');
  if (typeof value !== 'number') throw notANumber(step, 'ToleratedFailurePercentage', 'number', value);
  if (value < 0 || value > 100) throw runtimeFailure(step, 'ToleratedFailurePercentage must be between 0 and 100.');
  return value;
}

function notANumber(step: Step, field: string, type: string, value: Json): StateFailed {
  return evaluationFailed(
    placeOf(step),
    `The field '${field}' must be a valid ${type} but was: ${JSON.stringify(value)}`,
    field,
  );
}

function runtimeFailure(step: Step, what: string): StateFailed {
  return new StateFailed({ error: 'States.Runtime', cause: causedAt(placeOf(step), what) });
}

async function inputsOf(step: Step, state: MapState, items: readonly Json[]): Promise<MapRunItem[]> {
  const selected: MapRunItem[] = [];
  for (const [index, value] of items.entries()) {
    const input =
      state.ItemSelector === undefined
        ? value
        : await evaluateField(step, state.ItemSelector, 'ItemSelector', { item: { index, value } });
    selected.push({ value, input, count: 1 });
  }
  return state.ItemBatcher === undefined ? selected : batched(step, state.ItemBatcher, selected);
}
