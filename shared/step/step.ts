import middy from '@middy/core';
import * as z from 'zod';
import { redriveWeight } from '../aws/adoption.ts';
import { named } from '../aws/errors.ts';
import type { Plan } from '../blueprint/plan.ts';
import { earlierExecutions, type RunContext, runContext } from '../runContext.ts';
import { requireLock } from '../store/lock.ts';
import { readPlan } from '../store/plans.ts';
import { requireRecordedRun } from '../store/runs.ts';
import { untilLambdaEndsIt } from './untilLambdaEndsIt.ts';

/** What a step gets: its run, how often its state was tried before, and the input that the state machine gave it. */
export interface StepContext<Input> {
  readonly run: RunContext;
  /** 0 at the first try; retries, redrives and earlier executions of the run count. Above 0, an earlier try may have created something and lost the answer. */
  readonly attempt: number;
  readonly input: Input;
}

export interface PlannedStepContext<Input> extends StepContext<Input> {
  readonly plan: Plan;
}

const stepEvent = z.object({ run: runContext, attempt: z.number().int().min(0).default(0) });

type StepEvent = z.input<typeof stepEvent> & Record<string, unknown>;

/** A step's Lambda: what Step Functions invokes. */
export type StepHandler<Output> = (event: StepEvent, context: object) => Promise<Output>;

/**
 * Wraps a step that works from the plan. Its event is `{ run, attempt, …input }`; the input is parsed, and the run must
 * hold the cluster's lock, before the step begins.
 */
export function step<Output>(handle: (context: PlannedStepContext<object>) => Promise<Output>): StepHandler<Output>;
export function step<Schema extends z.ZodType, Output>(
  input: Schema,
  handle: (context: PlannedStepContext<z.output<Schema>>) => Promise<Output>,
): StepHandler<Output>;
export function step(...definition: Definition<PlannedStepContext<object>>): StepHandler<unknown> {
  const [input, handle] = partsOf(definition);
  return wrapped(input, async (context) => handle({ ...context, plan: await readPlan(context.run.planHash) }));
}

/**
 * As `step`, for a run that takes no lock: it only has to be on record for this execution. Such a step writes nothing that another
 * run writes, and has machines do only what needs no fence.
 */
export function unlockedStep<Schema extends z.ZodType, Output>(
  input: Schema,
  handle: (context: PlannedStepContext<z.output<Schema>>) => Promise<Output>,
): StepHandler<Output>;
export function unlockedStep(
  ...[input, handle]: [z.ZodType, Handle<PlannedStepContext<object>>]
): StepHandler<unknown> {
  return wrapped(
    input,
    async (context) => handle({ ...context, plan: await readPlan(context.run.planHash) }),
    async ({ clusterName, runId, executionArn }) => requireRecordedRun(clusterName, runId, executionArn),
  );
}

/** Wraps a step that works from what it observes by tag, such as deletion, and needs no plan. */
export function stepWithoutPlan<Output>(handle: (context: StepContext<object>) => Promise<Output>): StepHandler<Output>;
export function stepWithoutPlan<Schema extends z.ZodType, Output>(
  input: Schema,
  handle: (context: StepContext<z.output<Schema>>) => Promise<Output>,
): StepHandler<Output>;
export function stepWithoutPlan(...definition: Definition<StepContext<object>>): StepHandler<unknown> {
  const [input, handle] = partsOf(definition);
  return wrapped(input, handle);
}

type Handle<Context> = (context: Context) => Promise<unknown>;
type Definition<Context> = [Handle<Context>] | [z.ZodType, Handle<Context>];

const noInput = z.object({});

function partsOf<Context>(definition: Definition<Context>): [z.ZodType, Handle<Context>] {
  return definition.length === 1 ? [noInput, definition[0]] : definition;
}

function wrapped(
  input: z.ZodType,
  handle: Handle<StepContext<object>>,
  requireRight: (run: RunContext) => Promise<unknown> = requireLock,
): StepHandler<unknown> {
  const handler = middy<StepEvent, unknown>(untilLambdaEndsIt)
    .use({
      before: async ({ event }) => {
        await requireRight(stepEvent.parse(event).run);
      },
    })
    .handler((event: StepEvent) => {
      const { run, attempt: tries } = stepEvent.parse(event);
      const attempt = tries + redriveWeight * earlierExecutions(run.executionArn);
      return handle({ run, attempt, input: input.parse(event) as object });
    });
  return withNamedErrors(handler as unknown as StepHandler<unknown>);
}

/** What a state calls: it fails only under names that the state's Retry can know. */
export function withNamedErrors<Event, Output>(
  handler: (event: Event, context: object) => Promise<Output>,
): (event: Event, context: object) => Promise<Output> {
  return async (event, context) => {
    try {
      return await handler(event, context);
    } catch (error) {
      throw named(error);
    }
  };
}
