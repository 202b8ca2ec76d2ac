import { abandon } from './abandoning.ts';
import type { ParallelState } from './definition/definition.ts';
import { evaluateField } from './evaluation.ts';
import type { Failure } from './failures.ts';
import type { Json } from './json.ts';
import type { ChildrenPhase, MapItem, Strand } from './records.ts';
import { fail, guarded, leaveWithResult } from './transitions.ts';
import { type EndedChild, Step } from './turn.ts';

/** Starts the branches of a Parallel or the iterations of an inline Map, as many as may run at once. */
export async function startChildren(step: Step, phase: ChildrenPhase): Promise<void> {
  step.begin(phase);
  step.turn.run.children.set(step.id, { next: 0, active: 0 });
  await fillUp(step, step.strand.lastEventId);
  if (phase.count === 0) await finish(step);
}

/** Lets the state around a branch or iteration that has ended decide what that means. */
export async function childEnded({ child, failure }: EndedChild): Promise<void> {
  if (failure === undefined) await childSucceeded(child);
  else await childFailed(child, failure);
}

/** Records the end of a branch or iteration, starts the next one, or ends the state. */
async function childSucceeded(child: Step): Promise<void> {
  const parent = parentOf(child);
  const phase = parent.strand.phase as ChildrenPhase;
  const children = childrenOf(parent);
  const lastEventId = child.strand.lastEventId;
  const isIteration = parent.state.Type === 'Map';
  const succeeded = isIteration ? child.note('MapIterationSucceeded', iteration(parent, child.strand)) : lastEventId;
  children.active--;
  if (children.next < phase.count) {
    // An ItemSelector that fails is the failure of the Map, not of the iteration that has just ended well.
    parent.before = lastEventId;
    await guarded((step) => fillUp(step, lastEventId))(parent);
  } else if (children.active === 0) {
    parent.update({ lastEventId: succeeded });
    await finish(parent);
  }
}

/** Ends the other branches or iterations, and lets Retry and Catch of the state around them decide. */
async function childFailed(child: Step, failure: Failure): Promise<void> {
  const parent = parentOf(child);
  parent.update({ lastEventId: child.strand.lastEventId });
  for (const strand of childStrands(parent)) {
    if (strand.id === child.id) noteEnd(parent, strand, 'Failed');
    else if (strand.status === 'RUNNING') abort(parent, strand);
  }
  parent.turn.run.children.delete(parent.id);
  // The failing expression was recorded at its place.
  const { evaluation, ...failureOfChild } = failure;
  await fail(parent, failureOfChild);
}

/** Forgets the children of an earlier attempt of the state. */
export function deleteChildren(step: Step): void {
  for (const strand of childStrands(step)) {
    deleteChildren(new Step(step.turn, strand.id));
    step.turn.run.release(strand.id);
    step.turn.batch.deleteStrand(strand);
  }
  step.turn.run.children.delete(step.id);
}

/** The strands of the state's branches or iterations, in order. */
export function childStrands(step: Step): Strand[] {
  const strands: Strand[] = [];
  for (let strand = childOf(step, 0); strand !== undefined; strand = childOf(step, strands.length))
    strands.push(strand);
  return strands;
}

/** Starts what has not begun yet, up to the state's concurrency: after a redrive, or in a new process. */
export async function startMissing(step: Step): Promise<void> {
  const phase = step.strand.phase as ChildrenPhase;
  const strands = childStrands(step);
  const children = { next: strands.length, active: strands.filter(({ status }) => status === 'RUNNING').length };
  step.turn.run.children.set(step.id, children);
  await fillUp(step, step.strand.lastEventId);
  if (children.active === 0 && children.next === phase.count) await finish(step);
}

/** Marks a strand and all its children as aborted. */
function abort(around: Step, strand: Strand): void {
  const { turn } = around;
  turn.run.release(strand.id);
  turn.batch.putStrand({ ...strand, status: 'ABORTED', step: strand.step + 1 });
  abandon(turn, strand);
  noteEnd(around, strand, 'Aborted');
  abortChildren(new Step(turn, strand.id));
}

function abortChildren(step: Step): void {
  for (const child of childStrands(step)) {
    if (child.status === 'RUNNING') abort(step, child);
  }
  step.turn.run.children.delete(step.id);
}

/** Starts as many as may run at once; where one cannot be started, ends the others. */
async function fillUp(step: Step, previousEventId: number): Promise<void> {
  const { count, maxConcurrency } = step.strand.phase as ChildrenPhase;
  const children = childrenOf(step);
  const width = maxConcurrency === 0 ? count : maxConcurrency;
  try {
    while (children.next < count && children.active < width) await startNext(step, previousEventId);
  } catch (error) {
    abortChildren(step);
    throw error;
  }
}

async function startNext(step: Step, previousEventId: number): Promise<void> {
  const { turn, strand } = step;
  const children = childrenOf(step);
  const index = children.next;
  const { input, item } = await inputOf(step, index);
  children.next++;
  children.active++;
  const lastEventId =
    step.state.Type === 'Map'
      ? turn.append('MapIterationStarted', previousEventId, { index, name: strand.state })
      : previousEventId;
  const id = childId(step.id, index);
  turn.batch.putStrand({
    executionArn: strand.executionArn,
    id,
    parent: step.id,
    index,
    ...(item !== undefined && { item }),
    path: [...strand.path, strand.state, ...(step.state.Type === 'Parallel' ? [String(index)] : [])],
    status: 'RUNNING',
    state: startOf(step, index),
    input,
    variables: {},
    enteredEventId: 0,
    enteredAt: turn.now,
    lastEventId,
    retries: [],
    step: 0,
    phase: { name: 'entering' },
  });
  turn.afterwards(() => turn.run.continue(id));
}

async function inputOf(step: Step, index: number): Promise<{ input: Json; item?: MapItem }> {
  const { state, strand } = step;
  if (state.Type !== 'Map') {
    const input =
      state.Type === 'Parallel' && state.Arguments !== undefined
        ? await evaluateField(step, state.Arguments, 'Arguments')
        : strand.input;
    return { input };
  }
  const value = (strand.phase as ChildrenPhase).items?.[index] ?? null;
  const item = { index, value };
  return {
    item,
    input:
      state.ItemSelector === undefined
        ? value
        : await evaluateField(step, state.ItemSelector, 'ItemSelector', { item }),
  };
}

function startOf({ state }: Step, index: number): string {
  if (state.Type === 'Map') return state.ItemProcessor.StartAt;
  return (state as ParallelState).Branches[index]?.StartAt ?? '';
}

async function finish(step: Step): Promise<void> {
  const outputs = childStrands(step).map(({ output }) => output ?? null);
  step.note(`${step.state.Type}StateSucceeded`);
  step.begin({ name: 'entering' });
  step.before = step.strand.lastEventId;
  await guarded(async (parent) => {
    await leaveWithResult(parent, outputs);
  })(step);
  deleteChildren(step);
}

function noteEnd(around: Step, strand: Strand, how: 'Failed' | 'Aborted'): void {
  if (around.state.Type === 'Map') around.note(`MapIteration${how}`, iteration(around, strand));
  const inner = new Step(around.turn, strand.id);
  const { Type } = inner.state;
  const mayBeAborted =
    Type === 'Task' || (how === 'Aborted' && (Type === 'Wait' || Type === 'Map' || Type === 'Parallel'));
  if (mayBeAborted && strand.phase.name !== 'entering') around.note(`${Type}StateAborted`);
}

function childOf(step: Step, index: number): Strand | undefined {
  return step.turn.run.strands().get(childId(step.id, index));
}

function childId(parent: string, index: number): string {
  return `${parent}.${index}`;
}

function iteration(parent: Step, { index }: Strand) {
  return { index, name: parent.strand.state };
}

function parentOf(child: Step): Step {
  return new Step(child.turn, child.strand.parent ?? '');
}

function childrenOf(step: Step) {
  const children = step.turn.run.children.get(step.id);
  if (children === undefined) throw new Error(`${step.strand.executionArn} ${step.id} has no children`);
  return children;
}
