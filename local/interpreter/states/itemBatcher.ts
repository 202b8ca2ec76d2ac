import type { MapState } from '../definition/definition.ts';
import { evaluateField } from '../evaluation.ts';
import { longestPayloadBytes } from '../limits.ts';
import type { MapRunItem } from '../records.ts';
import type { Step } from '../turn.ts';
import { wholeNumber } from './mapItems.ts';

/** Groups items into the inputs of fewer child executions, bounded by their number and by their size. */
export async function batched(
  step: Step,
  batcher: NonNullable<MapState['ItemBatcher']>,
  items: readonly MapRunItem[],
): Promise<MapRunItem[]> {
  const most =
    batcher.MaxItemsPerBatch === undefined
      ? items.length
      : await wholeNumber(step, batcher.MaxItemsPerBatch, 'ItemBatcher/MaxItemsPerBatch');
  const bytes =
    batcher.MaxInputBytesPerBatch === undefined
      ? longestPayloadBytes
      : await wholeNumber(step, batcher.MaxInputBytesPerBatch, 'ItemBatcher/MaxInputBytesPerBatch');
  const batchInput =
    batcher.BatchInput === undefined
      ? undefined
      : await evaluateField(step, batcher.BatchInput, 'ItemBatcher/BatchInput');
  return groups(items, most, bytes).map((group) => ({
    value: group.map(({ value }) => value),
    input: { Items: group.map(({ input }) => input), ...(batchInput !== undefined && { BatchInput: batchInput }) },
    count: group.length,
  }));
}

function groups(items: readonly MapRunItem[], most: number, bytes: number): MapRunItem[][] {
  const all: MapRunItem[][] = [];
  let size = 0;
  for (const item of items) {
    const itemBytes = Buffer.byteLength(JSON.stringify(item.input)) + 1;
    const last = all.at(-1);
    if (last !== undefined && last.length < most && size + itemBytes <= bytes) {
      last.push(item);
      size += itemBytes;
    } else {
      all.push([item]);
      size = itemBytes;
    }
  }
  return all;
}
