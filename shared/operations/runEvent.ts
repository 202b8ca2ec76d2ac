import type { HistoryEvent } from '@aws-sdk/client-sfn';

/** What a view of a run needs of an event of its history: no input, no output, no token. */
export interface RunEvent {
  /** They count up from 1 within an execution, across redrives too. */
  readonly id: number;
  readonly previous: number;
  readonly type: string;
  /** ISO 8601 */
  readonly at: string;
  /** The state that is entered or left, or whose item begins. */
  readonly name?: string;
  /** The size of a state's input where it is entered, of its output where it is left. */
  readonly bytes?: number;
  /** Which item of a Map state begins. */
  readonly item?: number;
  /** What is called, where a call begins. */
  readonly calls?: string;
  readonly failure?: Failure;
  /** What the execution failed of. */
  readonly ended?: Failure;
}

interface Failure {
  readonly error: string;
  readonly cause: string;
}

/** The part of an event that a view is made of. */
export function runEventOf(event: HistoryEvent): RunEvent {
  const { id = 0, previousEventId: previous = 0, type = '', timestamp } = event;
  const calls = callOf(event);
  const failure = failureOf(event);
  const ended = event.executionFailedEventDetails;
  return {
    id,
    previous,
    type,
    at: timestamp?.toISOString() ?? '',
    ...placeOf(event),
    ...(calls !== undefined && { calls }),
    ...(failure && { failure }),
    ...(ended && { ended: { error: ended.error ?? '', cause: causeText(ended.cause ?? '') } }),
  };
}

function placeOf(event: HistoryEvent): Pick<RunEvent, 'name' | 'bytes' | 'item'> {
  const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } = event;
  const begun = event.mapIterationStartedEventDetails;
  if (entered) return { name: entered.name ?? '', bytes: Buffer.byteLength(entered.input ?? '') };
  if (exited) return { name: exited.name ?? '', bytes: Buffer.byteLength(exited.output ?? '') };
  return begun ? { name: begun.name ?? '', item: begun.index ?? 0 } : {};
}

function callOf(event: HistoryEvent): string | undefined {
  const { taskScheduledEventDetails: task, lambdaFunctionScheduledEventDetails: lambda } = event;
  if (lambda) return lambda.resource;
  if (!task) return undefined;
  // The rest of the parameters holds a token that is new each time.
  return /"FunctionName":"([^"]+)"/.exec(task.parameters ?? '')?.[1] ?? task.resource;
}

function failureOf(event: HistoryEvent): { error: string; cause: string } | undefined {
  const details =
    event.lambdaFunctionFailedEventDetails ??
    event.lambdaFunctionTimedOutEventDetails ??
    event.lambdaFunctionScheduleFailedEventDetails ??
    event.lambdaFunctionStartFailedEventDetails ??
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.evaluationFailedEventDetails;
  return details && { error: details.error ?? '', cause: causeText(details.cause ?? '') };
}

/** Lambda's causes are JSON with the message inside. */
function causeText(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    return errorMessage ?? cause;
  } catch {
    return cause;
  }
}
